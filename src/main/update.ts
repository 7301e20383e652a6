import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { cveSource, osvSource, type Source, sources } from '#features/catalog/source.ts'
import { present } from '#formats/finding/present.ts'
import { Reader } from '#formats/json/reader.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { environmentOf } from '#platform/config/environment.ts'
import { fetchable } from '#platform/http/address.ts'
import { type ExitCode, exitCodeFor, worse } from './exit.ts'
import { print, tell, writeWhole } from './output.ts'
import { progressFor } from './reading.ts'
import { refresh, type Seen } from './refresh.ts'

export type UpdateOptions = {
  /** The folder to keep the lists in. */
  readonly to?: string
  /** Ecosystems whose OSV records are wanted too. */
  readonly osv?: readonly string[]
  /** The whole CVE list is wanted too. */
  readonly cve?: boolean
  /** `name=address` pairs: other places to fetch a list from, such as a mirror. */
  readonly from?: readonly string[]
  readonly progress?: boolean
}

/** Fetches the public lists that `parley triage --known` reads; each by itself. */
export async function runUpdate(options: UpdateOptions): Promise<ExitCode> {
  const wanted = wantedOf(options)
  if (!wanted.ok) return told(wanted.refusal)
  const folder = options.to ?? join(environmentOf().cacheFolder, 'known')
  const index = indexOf(folder)
  const progress = progressFor(options.progress ?? false)
  let code: ExitCode = 0
  for (const source of wanted.value) {
    const found = index.get(source.file)
    const seen = found?.address === source.address ? found : undefined
    const outcome = await refresh(source, { folder, seen, progress })
    if (!outcome.ok) code = worse(code, told(outcome.refusal, source.name))
    else {
      print([`${source.name}: ${outcome.value.says}`])
      index.set(source.file, outcome.value.seen)
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

function wantedOf({ osv = [], from = [], cve }: UpdateOptions): Result<readonly Source[]> {
  const wanted = [...sources, ...(cve ? [cveSource] : [])]
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
    if (!source) {
      const hint = `lists: ${wanted.map(({ name }) => name).join(', ')}`
      return no({ code: 'bad-usage', why: `--from ${pair} is not name=address`, hint })
    }
    const url = fetchable(address)
    if (!url.ok) return url
    wanted[found] = { ...source, address }
  }
  return yes(wanted)
}

/** Begins with a dot, so that it is not read as a list itself. */
const indexName = '.index.json'

/**
 * By name of the file, what is known of each copy that is still as it was fetched; an index that is
 * not there or not readable says nothing.
 */
function indexOf(folder: string): Map<string, Seen> {
  const index = new Map<string, Seen>()
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, indexName), 'utf8'))
    for (const [file, entry] of new Reader({ files: value }).entries('files')) {
      const [address, sizeBytes] = [entry.text('address'), entry.number('sizeBytes')]
      const size = statSync(join(folder, file), { throwIfNoEntry: false })?.size
      if (address === undefined || sizeBytes === undefined || size !== sizeBytes) continue
      const [etag, lastModified] = [entry.text('etag'), entry.text('lastModified')]
      const asset = entry.text('asset')
      index.set(file, present<Seen>({ address, sizeBytes, etag, lastModified, asset }))
    }
  } catch {
    // The lists are fetched anew then, which costs time only.
  }
  return index
}
