import { isArray, isObject, type JsonObject } from '#formats/json/reader.ts'
import { type EnrichmentLook, lookInto } from './enrichment.ts'
import { pathTo } from './intake-path.ts'

const textFields = [
  ...(['purl', 'software', 'ecosystem', 'code_path', 'introduced_commit', 'fixed_commit'] as const),
  ...(['package_repo_url', 'discovery_method', 'discovery_tooling', 'email', 'notify'] as const),
] as const
const listFields = ['versions', 'references', 'upstream_ids'] as const
/** What a multipart report carries in parts of its own, never in the part `report`. */
export const payloadFields = [
  ...(['exploit', 'exploit_content_type', 'raw', 'raw_content_type', 'attachments'] as const),
] as const

export type TextField = (typeof textFields)[number]
export type ListField = (typeof listFields)[number]
type PayloadField = (typeof payloadFields)[number]

const known: ReadonlySet<string> = new Set<string>([
  ...[...textFields, ...listFields, ...payloadFields, 'affected_symbol', 'enrichment'],
])
const symbolFields: ReadonlySet<string> = new Set(['file', 'function', 'line'])
const attachmentFields: ReadonlySet<string> = new Set([
  ...['filename', 'data', 'content_type', 'description', 'type'],
])

/** Enough of a list to see that it is over its limit, which hides what is wrong with its rest. */
const entriesRead = 65

/** A payload as it travels: a JSON string, or the bytes of a part. */
export type SentPayload = { readonly text: string } | { readonly bytes: Uint8Array }

/** A file as it was sent, in an object or in a part; what is absent or empty is left out. */
export type SentAttachment = {
  readonly filename?: string | undefined
  readonly contentType?: string | undefined
  readonly description?: string | undefined
  readonly type?: string | undefined
  readonly payload?: SentPayload | undefined
}

/** A deprecated payload with its type, of which one may be missing. */
export type SentDeprecated = Pick<SentAttachment, 'contentType' | 'payload'>

/** A report of which the types are right and nothing else is known; empty texts are left out. */
export type SentReport = {
  readonly texts: { readonly [K in TextField]?: string }
  readonly lists: { readonly [K in ListField]?: readonly string[] }
  readonly symbol: { readonly file?: string; readonly function?: string; readonly line?: number }
  readonly enrichment?: { readonly value: JsonObject; readonly look: EnrichmentLook }
  readonly attachments: readonly SentAttachment[]
  readonly deprecated: { readonly exploit: SentDeprecated; readonly raw: SentDeprecated }
  /** Payload fields that a multipart report has in its JSON; empty for a JSON report. */
  readonly misplaced: readonly PayloadField[]
  /** The object itself, as it was sent. */
  readonly members: JsonObject
}

/** How a report travels: whole, or with its payloads in parts beside it. */
export type Way = 'json' | 'multipart'

/**
 * Gives every field of a report its type. An absent field, null and the empty text are one and the
 * same, as they are to the intake that the contract comes from. The faults are sentences that name
 * the field: an unknown one, a value of another type, a text that is no Unicode.
 */
export function shapeReport(
  members: JsonObject,
  way: Way,
): { report: SentReport; faults: string[] } {
  const shape = new Shape()
  shape.refuseUnknown(members, known, '')
  const texts: { [K in TextField]?: string } = {}
  for (const field of textFields) {
    const found = shape.text(members, field, '')
    if (found !== undefined) texts[field] = found
  }
  const lists: { [K in ListField]?: readonly string[] } = {}
  for (const field of listFields) lists[field] = shape.texts(members, field)
  const isWhole = way === 'json'
  const misplaced = isWhole ? [] : payloadFields.filter((field) => Object.hasOwn(members, field))
  const enrichment = shape.object(members, 'enrichment', '')
  const report = {
    ...{ texts, lists, misplaced, members },
    symbol: shape.symbol(members),
    ...(enrichment && { enrichment: { value: enrichment, look: shape.look(enrichment) } }),
    attachments: isWhole ? shape.attachments(members) : [],
    deprecated: {
      exploit: isWhole ? shape.deprecated(members, 'exploit') : {},
      raw: isWhole ? shape.deprecated(members, 'raw') : {},
    },
  }
  return { report, faults: shape.faults }
}

/** Reads members by type and writes down which of them are of another. */
class Shape {
  readonly faults: string[] = []

  refuseUnknown(object: JsonObject, fields: ReadonlySet<string>, base: string): void {
    for (const key of Object.keys(object)) {
      if (!fields.has(key))
        this.faults.push(`\`${pathTo(base, key)}\` is not a field of the report`)
    }
  }

  /** The string at `key`; undefined where it is absent, null or empty. */
  text(object: JsonObject, key: string, base: string): string | undefined {
    const found = this.#string(object, key, base)
    if (found !== undefined && !found.isWellFormed()) this.#notUnicode(pathTo(base, key))
    return found === '' ? undefined : found
  }

  texts(object: JsonObject, key: string): readonly string[] {
    const found = valueAt(object, key)
    if (found === undefined) return []
    if (!isArray(found)) return this.#wrong(key, 'an array of strings', found) ?? []
    return found.slice(0, entriesRead).flatMap((item, index) => {
      const path = pathTo(key, index)
      if (typeof item !== 'string') return this.#wrong(path, 'a string', item) ?? []
      if (!item.isWellFormed()) this.#notUnicode(path)
      return [item]
    })
  }

  object(object: JsonObject, key: string, base: string): JsonObject | undefined {
    const found = valueAt(object, key)
    if (found === undefined || isObject(found)) return found
    return this.#wrong(pathTo(base, key), 'an object', found)
  }

  symbol(members: JsonObject): SentReport['symbol'] {
    const base = 'affected_symbol'
    const found = this.object(members, base, '')
    if (found === undefined) return {}
    this.refuseUnknown(found, symbolFields, base)
    const file = this.text(found, 'file', base)
    const name = this.text(found, 'function', base)
    const line = valueAt(found, 'line')
    if (line !== undefined && typeof line !== 'number') {
      this.#wrong(`${base}.line`, 'an integer', line)
    }
    return {
      ...(file !== undefined && { file }),
      ...(name !== undefined && { function: name }),
      ...(typeof line === 'number' && { line }),
    }
  }

  look(enrichment: JsonObject): EnrichmentLook {
    const look = lookInto(enrichment)
    if (!look.isUnicode) this.#notUnicode('enrichment')
    if (!look.isFinite) this.faults.push('`enrichment` holds a number that is out of range')
    return look
  }

  attachments(members: JsonObject): readonly SentAttachment[] {
    const found = valueAt(members, 'attachments')
    if (found === undefined) return []
    if (!isArray(found)) return this.#wrong('attachments', 'an array of objects', found) ?? []
    return found.slice(0, entriesRead).flatMap((item, index) => {
      const base = pathTo('attachments', index)
      if (!isObject(item)) return this.#wrong(base, 'an object', item) ?? []
      this.refuseUnknown(item, attachmentFields, base)
      return [
        {
          filename: this.text(item, 'filename', base),
          contentType: this.text(item, 'content_type', base),
          description: this.text(item, 'description', base),
          type: this.text(item, 'type', base),
          payload: this.#payload(item, 'data', base),
        },
      ]
    })
  }

  deprecated(members: JsonObject, field: 'exploit' | 'raw'): SentDeprecated {
    const contentType = this.text(members, `${field}_content_type`, '')
    return { contentType, payload: this.#payload(members, field, '') }
  }

  /** Whether a payload is Unicode is judged later, with its content type. */
  #payload(object: JsonObject, key: string, base: string): SentPayload | undefined {
    const text = this.#string(object, key, base)
    return text === undefined ? undefined : { text }
  }

  #string(object: JsonObject, key: string, base: string): string | undefined {
    const found = valueAt(object, key)
    if (found === undefined || typeof found === 'string') return found
    return this.#wrong(pathTo(base, key), 'a string', found)
  }

  #notUnicode(path: string): void {
    this.faults.push(`\`${path}\` holds half a surrogate pair, so it is no Unicode text`)
  }

  #wrong(path: string, wanted: string, found: unknown): undefined {
    this.faults.push(`\`${path}\` must be ${wanted}, not ${nameOf(found)}`)
  }
}

const valueAt = (object: JsonObject, key: string): unknown =>
  Object.hasOwn(object, key) ? (object[key] ?? undefined) : undefined

function nameOf(value: unknown): string {
  if (value === null) return 'null'
  if (isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
