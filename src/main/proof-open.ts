import { join } from 'node:path'
import { type BundleRefusal, readBundle } from '#features/proof/bundle-reading.ts'
import type { SourceTree } from '#features/proof/located.ts'
import type { OpenBundle } from '#features/proof/open-bundle.ts'
import { refusingFetcher } from '#features/proof/source-fetcher.ts'
import type { ProofBundle } from '#formats/proof/bundle.ts'
import type { ProofProblem } from '#formats/proof/problem.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Archive } from '#platform/files/archive.ts'
import {
  below,
  contentOf,
  openInside,
  soleFolder,
  writeState,
} from '#platform/files/archive-state.ts'
import { openGitCommit } from '#platform/files/git-mirror.ts'

/** A bundle that is open, with its target packed for a sandbox in the scratch folder. */
export type OpenedProof = AsyncDisposable & { readonly open: OpenBundle }

export type OpenProofOptions = {
  /** A folder for what is unpacked; the caller takes it away. */
  readonly scratch: string
  /** A git repository on this machine that holds the target's commit; null for none. */
  readonly mirror: string | null
  readonly signal: AbortSignal
}

const fileBytesMax = 64 * 2 ** 20
const sourceTextBytesMax = 4 * 2 ** 20

/** Opens a folder or archive that holds `proof.yaml`, and packs the code that it is about. */
export async function openProof(
  path: string,
  options: OpenProofOptions,
): Promise<Result<OpenedProof>> {
  const read = await readBundle(path, { scratch: options.scratch })
  if (!read.ok) return no(refusalOf(read.refusal))
  const { proof, verdict, files } = read.value
  const target = await targetOf(proof, files, options)
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

/** `line 3, /run/command: names …; hint`. */
function problemText({ pointer, line, why, hint }: ProofProblem): string {
  const place = [line === null ? '' : `line ${line}`, pointer].filter(Boolean).join(', ')
  return `${place === '' ? '' : `${place}: `}${why}${hint === undefined ? '' : `; ${hint}`}`
}

type Packed = Pick<OpenBundle, 'source' | 'tree'>

async function targetOf(
  { target }: ProofBundle,
  archive: Archive,
  options: OpenProofOptions,
): Promise<Result<Packed>> {
  const { source } = target
  if (source.kind === 'repository') return fromMirror(target, options)
  if (source.kind === 'folder') return packed(below(archive, source.path), source.path, options)
  const { scratch } = options
  const inside = await openInside(archive, source.path, { scratch })
  if (!inside.ok) return inside
  const folder = soleFolder(inside.value)
  const code = folder === null ? inside.value : below(inside.value, folder)
  // The scratch folder holds its contents for as long as the proof is open.
  return packed(code, source.path, options)
}

async function packed(
  code: Archive,
  name: string,
  { scratch }: OpenProofOptions,
): Promise<Result<Packed>> {
  const source = join(scratch, 'source.tar')
  const written = await writeState(code, source)
  return written.ok ? yes({ source, tree: treeOf(code, name) }) : written
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

/** The code of a commit that this machine has a copy of; nothing is fetched from elsewhere. */
async function fromMirror(
  target: ProofBundle['target'],
  { mirror, scratch, signal }: OpenProofOptions,
): Promise<Result<Packed>> {
  const { source } = target
  if (mirror === null || source.kind !== 'repository') {
    const fetched = await refusingFetcher.fetch(target, signal)
    const why = fetched.ok ? 'the code is not here' : fetched.refusal
    return no({ code: 'not-found', why, hint: 'name a repository that has it with --mirror' })
  }
  const commit = await openGitCommit(mirror, source.commit)
  if (!commit.ok) return no({ code: 'not-found', why: commit.refusal, at: mirror })
  const file = join(scratch, 'source.tar')
  const written = await commit.value.writeTar(file, signal)
  if (!written.ok) return no({ code: 'not-readable', why: written.refusal, at: mirror })
  return yes({ source: file, tree: commit.value })
}
