import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProofBundle } from '#formats/proof/bundle.ts'
import { type BundleVerdict, checkBundle } from '#formats/proof/check.ts'
import { locateProof } from '#formats/proof/decode.ts'
import type { ProofProblem } from '#formats/proof/problem.ts'
import { documentLengthMax } from '#formats/proof/yaml-tree.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { type Archive, openArchive } from '#platform/files/archive.ts'
import { below, contentOf, openInside, soleFolder } from '#platform/files/archive-state.ts'
import { parsePatch } from './patch.ts'

/** A bundle that was opened and judged. Nothing of it was run; it is open until disposed of. */
export type ReadBundle = AsyncDisposable & {
  /** Of the document: `proof.yaml`, `proof.yml` or `proof.json`. */
  readonly name: string
  readonly proof: ProofBundle
  readonly verdict: BundleVerdict
  readonly files: Archive
  /** The target's code, without the one folder that releases are packed in; null where none is. */
  readonly code: Archive | null
}

/** Why a bundle could not be read: the archive, or everything wrong with its document. */
export type BundleRefusal =
  | { readonly is: 'archive'; readonly refusal: Refusal }
  | { readonly is: 'document'; readonly name: string; readonly problems: readonly ProofProblem[] }

const documentNames = ['proof.yaml', 'proof.yml', 'proof.json'] as const
const patchBytesMax = 4 * 2 ** 20

/** Opens a bundle from a folder or an archive and checks it; `scratch` is where contents wait. */
export async function readBundle(
  path: string,
  { scratch: place = tmpdir() }: { readonly scratch?: string } = {},
): Promise<Result<ReadBundle, BundleRefusal>> {
  const scratch = await mkdtemp(join(place, 'parley-bundle-'))
  const opened: AsyncDisposable[] = []
  const dispose = async (): Promise<void> => {
    for (const one of opened.reverse()) await one[Symbol.asyncDispose]()
    await rm(scratch, { recursive: true, force: true })
  }
  try {
    const read = await readOpened(path, scratch, opened)
    if (!read.ok) await dispose()
    return read.ok ? yes({ ...read.value, [Symbol.asyncDispose]: dispose }) : read
  } catch (error) {
    await dispose()
    throw error
  }
}

type Read = Omit<ReadBundle, typeof Symbol.asyncDispose>

async function readOpened(
  path: string,
  scratch: string,
  opened: AsyncDisposable[],
): Promise<Result<Read, BundleRefusal>> {
  const archive = (refusal: Refusal): Result<never, BundleRefusal> => no({ is: 'archive', refusal })
  const outer = await openArchive(path, { scratch })
  if (!outer.ok) return archive(outer.refusal)
  opened.push(outer.value)
  const found = documentIn(outer.value)
  if (found === null) {
    const hint = '"parley proof init" writes one'
    return archive({ code: 'not-found', why: 'holds no proof.yaml', at: path, hint })
  }
  const { name, files } = found
  const text = await contentOf(files, name, 4 * documentLengthMax)
  if (!text.ok) return archive(text.refusal)
  const document = locateProof(text.value.toString('utf8'))
  if (!document.ok) return no({ is: 'document', name, problems: document.refusal })
  const { bundle: proof, lineOf } = document.value
  const target = await targetOf(proof, files, scratch)
  if (!target.ok) return archive(target.refusal)
  if (target.value !== null) opened.push(target.value.opened)
  const code = target.value?.code ?? null
  const patch = proof.patch === null ? null : await contentOf(files, proof.patch, patchBytesMax)
  const listing = {
    entries: files.entries,
    target: code && new Set(filePathsOf(code)),
    patch: patch?.ok ? parsePatch(patch.value.toString('utf8')) : null,
  }
  return yes({ name, proof, verdict: checkBundle(proof, listing, lineOf), files, code })
}

const filePathsOf = ({ entries }: Archive): string[] =>
  [...entries.values()].filter(({ kind }) => kind === 'file').map(({ path }) => path)

/** The document at the top, or at the top of the one folder that everything is packed in. */
function documentIn(outer: Archive): { readonly name: string; readonly files: Archive } | null {
  const sole = soleFolder(outer)
  for (const files of sole === null ? [outer] : [outer, below(outer, sole)]) {
    const name = documentNames.find((one) => files.entries.get(one)?.kind === 'file')
    if (name !== undefined) return { name, files }
  }
  return null
}

type Target = { readonly code: Archive; readonly opened: AsyncDisposable }

async function targetOf(
  { target: { source } }: ProofBundle,
  files: Archive,
  scratch: string,
): Promise<Result<Target | null>> {
  if (source.kind === 'repository' || !files.entries.has(source.path)) return yes(null)
  if (source.kind === 'folder') {
    const code = below(files, source.path)
    return yes({ code, opened: code })
  }
  if (files.entries.get(source.path)?.kind !== 'file') return yes(null)
  const inside = await openInside(files, source.path, { scratch })
  if (!inside.ok) return inside
  const sole = soleFolder(inside.value)
  const code = sole === null ? inside.value : below(inside.value, sole)
  return yes({ code, opened: inside.value })
}

/** `line 3, /run/command: names …; hint`. */
export function problemText({ pointer, line, why, hint }: ProofProblem): string {
  const place = [line === null ? '' : `line ${line}`, pointer].filter(Boolean).join(', ')
  return `${place === '' ? '' : `${place}: `}${why}${hint === undefined ? '' : `; ${hint}`}`
}
