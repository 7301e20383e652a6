import { pattern, patternAnyCase } from '#formats/text/pattern.ts'
import { decodeWords } from './encoded.ts'

const raw = String.raw

export type Mailbox = { readonly name?: string; readonly address: string }

const angled = /^\s*(.{0,300}?)\s*<([^<>\s]{3,300})>\s*(?:\(.{0,200}\))?$/s
const plain = /^\s*([^\s<>()]{1,200}@[^\s<>()]{1,200})\s*(?:\((.{0,200})\))?\s*$/

/** Reads one mailbox of a From field (RFC 5322, 3.4), encoded words and quotes decoded. */
export function mailboxOf(field: string | undefined): Mailbox | null {
  if (field === undefined) return null
  const text = field.slice(0, 2000)
  const match = angled.exec(text)
  const bare = match ? null : plain.exec(text)
  const address = match?.[2] ?? bare?.[1]
  if (address === undefined || !address.includes('@')) return null
  const name = nameOf(match?.[1] ?? bare?.[2] ?? '')
  return name === '' ? { address } : { name, address }
}

/** Without quotes; lists that rewrite senders add `via List`, which is not the sender. */
const nameOf = (written: string): string =>
  decodeWords(written.trim().replace(/^"(.*)"$/s, '$1'))
    .replace(/\\(.)/g, '$1')
    .replace(/\s+via\s+\S.{0,80}$/i, '')
    .replace(/^'(.*)'$/s, '$1')
    .replace(/\s+/g, ' ')
    .trim()

/** As finders are credited: `Ada Lovelace <ada@example.org>`, or the address alone. */
export const creditOf = ({ name, address }: Mailbox): string =>
  name === undefined || name === address ? address : `${name} <${address}>`

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const zones: Readonly<Record<string, string>> = {
  ...{ gmt: '+0000', ut: '+0000', utc: '+0000', z: '+0000', est: '-0500', edt: '-0400' },
  ...{ cst: '-0600', cdt: '-0500', mst: '-0700', mdt: '-0600', pst: '-0800', pdt: '-0700' },
}

/** The date-time of RFC 5322 section 3.3 and its obsolete zones, as ISO 8601 with its offset. */
export function dateOfMail(field: string | undefined): string | undefined {
  const match = pattern(
    raw`\b(\d{1,2})[ -]([A-Za-z]{3})[a-z]{0,6}[ -](\d{4}|\d{2})\s+(\d{1,2}):(\d{2})(?::`,
    raw`(\d{2}))?\s*([+-]\d{4}|[A-Za-z]{1,4})?`,
  ).exec(field?.slice(0, 200) ?? '')
  if (!match) return undefined
  const month = months.indexOf((match[2] ?? '').toLowerCase()) + 1
  const [day, hour, minute] = [Number(match[1]), Number(match[4]), Number(match[5])]
  const short = Number(match[3])
  const year = short >= 100 ? short : short + (short < 50 ? 2000 : 1900)
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  if (year < 1970 || year > 2100 || month < 1 || day < 1 || day > last || hour > 23 || minute > 59)
    return undefined
  const two = (value: number): string => String(value).padStart(2, '0')
  const second = Math.min(59, Number(match[6] ?? 0))
  const written = match[7] ?? '+0000'
  const zone = /^[+-]/.test(written) ? written : (zones[written.toLowerCase()] ?? '+0000')
  const offset = zone === '+0000' || zone === '-0000' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3)}`
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${offset}`
}

const prefixes = patternAnyCase(
  raw`^(?:(?:re|aw|sv|antw|vs|fwd?|wg|tr|rv|res|enc)(?:\s?\[\d{1,3}\]|\^\d)?\s?:\s*`,
  raw`|\[[\w .@/:+-]{1,60}\]\s*|\((?:fwd|was: .{1,80})\)\s*)`,
)

/** Marks in brackets that say something of the flaw and are not the name of a list. */
const telling = patternAnyCase(
  raw`^\[(?:(?:crit(?:ical)?|high|med(?:ium)?|low|[chml])[-_ #]{0,2}\d{0,3}|cve-[\d-]+`,
  raw`|ghsa-[\w-]+|cwe-\d+)\]`,
)

/** The subject without what programs and lists put in front: `Re: [list] Fwd: x` is `x`. */
export function plainSubject(field: string | undefined): string {
  let subject = decodeWords(field ?? '')
    .replace(/\s+/g, ' ')
    .trim()
  for (let round = 0; round < 12; round++) {
    if (telling.test(subject)) break
    const rest = subject.replace(prefixes, '')
    if (rest === subject || rest.trim() === '') break
    subject = rest.trim()
  }
  return subject
}

/** Whether a subject says that the message answers another. */
export const isReplySubject = (field: string | undefined): boolean =>
  /^(?:\[[^\]]{1,60}\]\s*)?(?:re|aw|sv|antw|vs)(?:\s?\[\d{1,3}\])?\s?:/i.test(
    decodeWords(field ?? '').trim(),
  )

/** Message ids of a field, angle brackets off. */
export const messageIdsIn = (field: string | undefined): string[] =>
  [...(field ?? '').slice(0, 20_000).matchAll(/<([^<>\s]{1,400})>/g)].map((match) => match[1] ?? '')
