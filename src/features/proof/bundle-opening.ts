import { join } from 'node:path'
import type { ProofBundle } from '#formats/proof/bundle.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Archive } from '#platform/files/archive.ts'
import { contentOf, writeState } from '#platform/files/archive-state.ts'
import { openGitCommit } from '#platform/files/git-mirror.ts'
import { type BundleRefusal, problemText, type ReadBundle, readBundle } from './bundle-reading.ts'
import type { SourceTree } from './located.ts'
import type { OpenBundle } from './open-bundle.ts'

/** A bundle that is open, with its target packed for a sandbox in the scratch folder. */
export type OpenedProof = AsyncDisposable & { readonly open: OpenBundle }

/** Where the code is that a proof names by repository and commit, for all that this machine has. */
export type Mirrors = {
  /** Folders of git repositories that may have it; none where this machine has none of it. */
  readonly of: (url: string) => readonly string[]
  /** What whoever runs it can do where there is none. */
  readonly hint: string
}

export type OpenProofOptions = {
  /** A folder for what is unpacked; the caller takes it away. */
  readonly scratch: string
  readonly mirrors: Mirrors
  readonly signal: AbortSignal
}

/** Why a proof cannot be opened: what is wrong with it, or that its target is not here. */
export type OpenRefusal = Refusal & { readonly isTargetElsewhere?: true }

const fileBytesMax = 64 * 2 ** 20
const sourceTextBytesMax = 4 * 2 ** 20

/** Opens a folder or archive that holds `proof.yaml`, and packs the code that it is about. */
export async function openProof(
  path: string,
  options: OpenProofOptions,
): Promise<Result<OpenedProof, OpenRefusal>> {
  const read = await readBundle(path, { scratch: options.scratch })
  if (!read.ok) return no(refusalOf(read.refusal))
  const { proof, verdict, files } = read.value
  const target = await packedTarget(read.value, options)
  if (!target.ok) {
    await read.value[Symbol.asyncDispose]()
    return target
  }
  const open: OpenBundle = {
    proof,
    problems: verdict.problems.map(problemText),
    read: async (wanted) => {
      const content = await contentOf(files, wanted, fileBytesMax)
      return content.ok ? content.value : null
    },
    ...target.value,
  }
  return yes({ open, [Symbol.asyncDispose]: () => read.value[Symbol.asyncDispose]() })
}

function refusalOf(refusal: BundleRefusal): Refusal {
  if (refusal.is === 'archive') return refusal.refusal
  const why = ['cannot be read:', ...refusal.problems.map((one) => `  ${problemText(one)}`)]
  return { code: 'malformed', why: why.join('\n'), at: refusal.name }
}

type Packed = Pick<OpenBundle, 'source' | 'tree'>

async function packedTarget(
  { proof, code }: ReadBundle,
  options: OpenProofOptions,
): Promise<Result<Packed, OpenRefusal>> {
  const { source } = proof.target
  if (source.kind === 'repository') return fromMirror(source, options)
  if (code === null) return no({ code: 'not-found', why: 'is not in the bundle', at: source.path })
  const file = join(options.scratch, 'source.tar')
  const written = await writeState(code, file)
  return written.ok ? yes({ source: file, tree: treeOf(code, source.path) }) : written
}

function treeOf(code: Archive, name: string): SourceTree {
  return {
    name,
    paths: async () =>
      [...code.entries.values()].flatMap((one) => (one.kind === 'file' ? one.path : [])),
    read: async (path) => {
      const content = await contentOf(code, path, sourceTextBytesMax)
      return content.ok && !content.value.includes(0) ? content.value.toString() : null
    },
  }
}

type Repository = Extract<ProofBundle['target']['source'], { kind: 'repository' }>

/** The code of a commit that this machine has a copy of; nothing is fetched from elsewhere. */
async function fromMirror(
  { url, commit: wanted }: Repository,
  { mirrors, scratch, signal }: OpenProofOptions,
): Promise<Result<Packed, OpenRefusal>> {
  const reasons: string[] = []
  for (const mirror of mirrors.of(url)) {
    const commit = await openGitCommit(mirror, wanted)
    if (!commit.ok) {
      reasons.push(commit.refusal)
      continue
    }
    const file = join(scratch, 'source.tar')
    const written = await commit.value.writeTar(file, signal)
    if (!written.ok) return no({ code: 'not-readable', why: written.refusal, at: mirror })
    return yes({ source: file, tree: commit.value })
  }
  const what = `the code of ${url} at ${wanted} is not here, and nothing is fetched from elsewhere`
  const why = [what, ...reasons].join('; ')
  return no({ code: 'not-found', why, hint: mirrors.hint, isTargetElsewhere: true })
}
