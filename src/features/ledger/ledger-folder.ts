import { z } from 'zod'
import { type NoteVerifier, parseVerifier, verifierText } from '#formats/tlog/note.ts'
import { bundlesOf, entriesPath, numberPath, tilePath, tilesOf } from '#formats/tlog/tile.ts'
import { parseFields, type SaltedFields } from './entry.ts'

/** A ledger as files (c2sp.org/tlog-tiles), by paths with `/`, as an export is read back. */
export type LedgerFolder = {
  /** Null where there is no such file. */
  readonly read: (path: string) => Promise<Buffer | null>
  readonly list: () => Promise<readonly string[]>
}

export const checkpointPath = 'checkpoint'
/** The verifier key of the log, as the log says it: to be compared with one got another way. */
export const keyPath = 'key'

/** Every key that has signed, once there was a second one: first size, last size, key. */
export const keysPath = 'keys'
/** The checkpoint that two keys signed, when one handed over to the other; by its size. */
export const keyChangePath = (size: number): string => `key-change/${size}`

/** A key and the sizes of trees that it signed; null for the last of the one that signs now. */
export type KeySpan = {
  readonly first: number
  readonly last: number | null
  readonly key: NoteVerifier
}

export const keysText = (spans: readonly KeySpan[]): string =>
  spans.map(({ first, last, key }) => `${first} ${last ?? '-'} ${verifierText(key)}\n`).join('')

/** Null unless the keys are of one log and follow each other without a gap. */
export function parseKeys(text: string): readonly KeySpan[] | null {
  if (!text.endsWith('\n')) return null
  const spans: KeySpan[] = []
  let next: number | null = 0
  for (const line of text.slice(0, -1).split('\n')) {
    const [, first = '', last = '', verifier = ''] =
      /^(0|[1-9]\d{0,14}) (-|[1-9]\d{0,14}) (\S+)$/.exec(line) ?? []
    const key = parseVerifier(verifier)
    const isOfLog = key.ok && key.value.name === (spans[0]?.key.name ?? key.value.name)
    if (!key.ok || !isOfLog || Number(first) !== next) return null
    if (spans.some((one) => one.key.publicKey.equals(key.value.publicKey))) return null
    next = last === '-' ? null : Number(last)
    if (next !== null && next <= Number(first)) return null
    spans.push({ first: Number(first), last: next, key: key.value })
  }
  return next === null ? spans : null
}

/** Salts and values of the entries of a bundle; our own addition to the layout. */
export const fieldsPath = (index: number): string => `fields/${numberPath(index)}.jsonl`

/** Every file of a ledger of so many entries, but the checkpoint and the key. */
export function* pathsOf(size: number): Generator<string> {
  for (const tile of tilesOf(size)) yield tilePath(tile)
  for (const bundle of bundlesOf(size)) {
    yield entriesPath(bundle)
    yield fieldsPath(bundle.index)
  }
}

export type FieldsLine = { readonly index: number; readonly fields: SaltedFields }

const Line = z.strictObject({ index: z.number(), fields: z.unknown() })

export const fieldsLine = ({ index, fields }: FieldsLine): string =>
  `${JSON.stringify({ index, fields })}\n`

/** Null for a line of another shape. */
export function parseFieldsLine(text: string): FieldsLine | null {
  const parsed = Line.safeParse(jsonOf(text))
  const fields = parsed.success ? parseFields(parsed.data.fields) : null
  return parsed.success && fields ? { index: parsed.data.index, fields } : null
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
