import { z } from 'zod'
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
