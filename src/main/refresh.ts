import { readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { assetIn, type Source } from '#features/catalog/source.ts'
import { decoders } from '#features/exchange/decoders.ts'
import { candidatesOf } from '#features/exchange/material.ts'
import { readText } from '#features/exchange/recognise.ts'
import { recogniseEpss } from '#formats/epss/epss.ts'
import { recogniseKev } from '#formats/kev/kev.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { documentsOf } from '#platform/files/documents.ts'
import { sizeText } from '#platform/files/input.ts'
import { unwrap } from '#platform/files/unwrap.ts'
import { download, type Validators } from '#platform/http/download.ts'
import type { Progress } from '#platform/terminal/progress.ts'
import { makeFolder } from './draft.ts'

/** What is known of the copy of a list that is here. */
export type Seen = Validators & {
  readonly address: string
  /** The file of a release that it came from. */
  readonly asset?: string
  readonly sizeBytes: number
}

export type Refreshed = { readonly says: string; readonly seen: Seen }

export type RefreshOptions = {
  readonly folder: string
  /** Of the copy that is here, unless it was changed or is of another address. */
  readonly seen: Seen | undefined
  readonly progress: Progress
}

/** Fetches a list. The one that is here stays until another has come whole and is one. */
export async function refresh(source: Source, options: RefreshOptions): Promise<Result<Refreshed>> {
  const path = join(options.folder, source.file)
  // Two updates at a time must not write into one draft.
  const draft = `${path}.${process.pid}.part`
  const inner = `${draft}.inner`
  try {
    makeFolder(resolve(options.folder))
    const got = await fetched(source, draft, options)
    if (!got.ok) return got
    if (got.value.is === 'same') return yes({ says: 'is up to date', seen: got.value.seen })
    const isWrapped = source.assetEnds !== undefined && (await unwrap(draft, inner))
    const whole = isWrapped ? inner : draft
    const wrong = await mismatch(whole, source)
    if (wrong) return no(wrong)
    const sizeBytes = statSync(whole).size
    renameSync(whole, path)
    return yes({
      says: `fetched ${sizeText(sizeBytes)} to ${path}`,
      seen: { ...got.value.seen, sizeBytes },
    })
  } catch (error) {
    const why = `cannot be kept: ${error instanceof Error ? error.message : String(error)}`
    return no({ code: 'not-writable', why, at: path })
  } finally {
    options.progress.end()
    for (const left of [draft, inner]) rmSync(left, { force: true })
  }
}

type Fetched = { readonly is: 'same' | 'written'; readonly seen: Seen }

/** The list itself, or the file of a release that the address lists. */
async function fetched(
  source: Source,
  draft: string,
  { seen, progress }: RefreshOptions,
): Promise<Result<Fetched>> {
  const { address, bytesMax, name, assetEnds } = source
  const onBytes = (size: number, whole: number | null): void =>
    progress.tell(`Fetching ${name}: ${sizeText(size)}${whole ? ` of ${sizeText(whole)}` : ''}`)
  const ask = { path: draft, bytesMax, onBytes }
  const isKnown = seen !== undefined && seen.asset === undefined
  const got = await download({ ...ask, address, ...(isKnown ? { seen } : {}) })
  if (!got.ok) return got
  if (got.value.is === 'same') return seen ? yes({ is: 'same', seen }) : unasked(address)
  const { sizeBytes, validators } = got.value
  const asset = assetEnds === undefined ? null : listedIn(draft, sizeBytes, assetEnds)
  if (asset === null) return yes({ is: 'written', seen: { ...validators, address, sizeBytes } })
  // A file of a release never changes: its name holds its day.
  if (seen?.asset === asset) return yes({ is: 'same', seen })
  const file = await download({ ...ask, address: asset })
  if (!file.ok) return file
  if (file.value.is === 'same') return unasked(asset)
  const kept = { ...file.value.validators, address, asset, sizeBytes: file.value.sizeBytes }
  return yes({ is: 'written', seen: kept })
}

const unasked = (at: string): Result<never> =>
  no({ code: 'no-network', why: 'says "not modified" of what was never fetched', at })

const listingBytesMax = 2 ** 24

/** The address of the file that a listing names; null where this is no listing. */
function listedIn(path: string, sizeBytes: number, ends: readonly string[]): string | null {
  if (sizeBytes > listingBytesMax) return null
  try {
    const listing: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return assetIn(listing, ends)
  } catch {
    return null
  }
}

/** Archives may begin with documents about themselves. */
const documentsMax = 20

/** A page that asks to sign in, sent in place of a list, must not replace the list. */
async function mismatch(path: string, { address, formats }: Source): Promise<Refusal | null> {
  let documents = 0
  for await (const input of documentsOf([path])) {
    if (input.is === 'refused') return { ...input.refusal, at: address }
    if (formats.some((format) => isIn(format, input.text))) return null
    documents += 1
    if (documents < documentsMax) continue
    break
  }
  if (documents === 0) {
    return { code: 'malformed', why: 'sends an archive without files', at: address }
  }
  const why = `sends something else than ${formats.join(' or ')}`
  return { code: 'unknown-format', why, at: address }
}

/** Lists of facts about vulnerabilities are no findings, and have no decoder of findings. */
function isIn(format: string, text: string): boolean {
  if (format === 'epss') return recogniseEpss(text) > 0
  if (format !== 'kev') return readText(text, { decoders }).format === format
  for (const { material } of candidatesOf(text)) if (recogniseKev(material) > 0) return true
  return false
}
