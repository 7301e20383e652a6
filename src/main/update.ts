import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { osvSource, type Source, sources } from '#features/catalog/source.ts'
import { decoders } from '#features/exchange/decoders.ts'
import { candidatesOf } from '#features/exchange/material.ts'
import { readText } from '#features/exchange/recognise.ts'
import { recogniseEpss } from '#formats/epss/epss.ts'
import { present } from '#formats/finding/present.ts'
import { Reader } from '#formats/json/reader.ts'
import { recogniseKev } from '#formats/kev/kev.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { environmentOf } from '#platform/config/environment.ts'
import { documentsOf } from '#platform/files/documents.ts'
import { sizeText } from '#platform/files/input.ts'
import { download, type Validators } from '#platform/http/download.ts'
import { type ExitCode, exitCodeFor, worse } from './exit.ts'
import { print, tell, writeWhole } from './output.ts'

export type UpdateOptions = {
  /** The folder to keep the lists in. */
  readonly to?: string
  /** Ecosystems whose OSV records are wanted too. */
  readonly osv?: readonly string[]
  /** `name=address` pairs: other places to fetch a list from, such as a mirror. */
  readonly from?: readonly string[]
}

/** Fetches the public lists that `parley triage --known` reads; each by itself. */
export async function runUpdate(options: UpdateOptions): Promise<ExitCode> {
  const wanted = wantedOf(options)
  if (!wanted.ok) return told(wanted.refusal)
  const folder = options.to ?? join(environmentOf().cacheFolder, 'known')
  const index = indexOf(folder)
  let code: ExitCode = 0
  for (const source of wanted.value) {
    const seen = index.get(source.file)
    const isSame = seen?.address === source.address
    const outcome = await refresh(source, folder, isSame ? seen : undefined)
    if (!outcome.ok) code = worse(code, told(outcome.refusal, source.name))
    else {
      print([`${source.name}: ${outcome.value.says}`])
      index.set(source.file, { ...outcome.value.validators, address: source.address })
    }
  }
  const kept = writeWhole(
    join(folder, indexName),
    `${JSON.stringify(Object.fromEntries(index), null, 2)}\n`,
  )
  if (!kept.ok) return worse(code, told(kept.refusal))
  print([`Use them with: parley triage FILES --known ${JSON.stringify(folder)}`])
  return code
}

function told({ code, why, at, hint }: Refusal, name?: string): ExitCode {
  const place = [name, at].filter((part) => part !== undefined).join(': ')
  tell([`parley: ${place === '' ? '' : `${place}: `}${why}${hint ? ` (${hint})` : ''}`])
  return exitCodeFor(code)
}

function wantedOf({ osv = [], from = [] }: UpdateOptions): Result<readonly Source[]> {
  const wanted = [...sources]
  for (const ecosystem of osv) {
    const source = osvSource(ecosystem)
    if (!source) return no({ code: 'bad-usage', why: `"${ecosystem}" is no OSV ecosystem` })
    wanted.push(source)
  }
  for (const pair of from) {
    const at = pair.indexOf('=')
    const found = wanted.findIndex(({ name }) => name === pair.slice(0, at))
    const source = wanted[found]
    const address = pair.slice(at + 1)
    if (!source || !/^https?:$/.test(URL.parse(address)?.protocol ?? '')) {
      const hint = `lists: ${wanted.map(({ name }) => name).join(', ')}`
      return no({ code: 'bad-usage', why: `--from ${pair} is not name=address`, hint })
    }
    wanted[found] = { ...source, address }
  }
  return yes(wanted)
}

type Refreshed = { readonly says: string; readonly validators: Validators }

/** The list that is here stays until another has come whole and is what it should be. */
async function refresh(
  source: Source,
  folder: string,
  seen: Validators | undefined,
): Promise<Result<Refreshed>> {
  const path = join(folder, source.file)
  const draft = `${path}.part`
  try {
    mkdirSync(folder, { recursive: true })
    const { address, bytesMax } = source
    const got = await download({ address, path: draft, bytesMax, ...(seen ? { seen } : {}) })
    if (!got.ok) return got
    if (got.value.is === 'same') return yes({ says: 'is up to date', validators: seen ?? {} })
    const wrong = await mismatch(draft, source)
    if (wrong) return no(wrong)
    renameSync(draft, path)
    const { sizeBytes, validators } = got.value
    return yes({ says: `fetched ${sizeText(sizeBytes)} to ${path}`, validators })
  } catch (error) {
    const why = `cannot be written: ${error instanceof Error ? error.message : String(error)}`
    return no({ code: 'not-writable', why, at: path })
  } finally {
    rmSync(draft, { force: true })
  }
}

/** A page that asks to sign in, sent in place of a list, must not replace the list. */
async function mismatch(path: string, { address, formats }: Source): Promise<Refusal | null> {
  for await (const input of documentsOf([path])) {
    if (input.is === 'refused') return { ...input.refusal, at: address }
    const { text } = input
    if (formats.some((format) => isIn(format, text))) return null
    const why = `sends something else than ${formats.join(' or ')}`
    return { code: 'unknown-format', why, at: address }
  }
  return { code: 'malformed', why: 'sends an archive without files', at: address }
}

/** Lists of facts about vulnerabilities are no findings, and have no decoder of findings. */
function isIn(format: string, text: string): boolean {
  if (format === 'epss') return recogniseEpss(text) > 0
  if (format !== 'kev') return readText(text, { decoders }).format === format
  for (const { material } of candidatesOf(text)) if (recogniseKev(material) > 0) return true
  return false
}

/** Begins with a dot, so that it is not read as a list itself. */
const indexName = '.index.json'

/** What the server at an address said of the copy that is here. */
type Seen = Validators & { readonly address: string }

/** By name of the file; an index that is not there or not readable says nothing. */
function indexOf(folder: string): Map<string, Seen> {
  const index = new Map<string, Seen>()
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, indexName), 'utf8'))
    for (const [file, entry] of new Reader({ files: value }).entries('files')) {
      const [etag, lastModified] = [entry.text('etag'), entry.text('lastModified')]
      const seen = { address: entry.text('address'), etag, lastModified }
      if (existsSync(join(folder, file)))
        index.set(file, present<Seen>({ ...seen, address: seen.address ?? '' }))
    }
  } catch {
    // The lists are fetched anew then, which costs time only.
  }
  return index
}
