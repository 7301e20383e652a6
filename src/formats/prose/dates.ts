import { pattern } from '#formats/text/pattern.ts'
import type { Field } from './fields.ts'

const raw = String.raw

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const pad = (value: number): string => String(value).padStart(2, '0')

function isoOf(year: number, month: number, day: number): string | undefined {
  if (year < 1990 || year > 2100 || month < 1 || month > 12 || day < 1) return undefined
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate()
  return day > last ? undefined : `${year}-${pad(month)}-${pad(day)}`
}

/**
 * A date as people write it, as ISO 8601: `2024-03-01`, `2024-03-01T10:00:00Z`, `1 March 2024`,
 * `Mar 1st, 2024`, `2024/03/01`. A date such as 01/02/2024 can be read two ways and is left out.
 */
export function dateIn(text: string): string | undefined {
  const iso = pattern(
    raw`\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z`,
    raw`|[+-]\d{2}:?\d{2})?)?`,
  ).exec(text)
  if (iso) {
    const day = isoOf(Number(iso[1]), Number(iso[2]), Number(iso[3]))
    if (day !== undefined) return iso[4] === undefined ? day : `${day}${iso[4]}`
  }
  const dayFirst = pattern(
    raw`\b(\d{1,2})(?:st|nd|rd|th)?(?: of)?[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4})\b`,
  ).exec(text)
  if (dayFirst) return named(dayFirst[3], dayFirst[2], dayFirst[1])
  const monthFirst = /\b([A-Za-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b/.exec(text)
  if (monthFirst) return named(monthFirst[3], monthFirst[1], monthFirst[2])
  const slashed = /\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b/.exec(text)
  if (!slashed) return undefined
  const [first, second, year] = [Number(slashed[1]), Number(slashed[2]), Number(slashed[3])]
  if (first > 12 && second <= 12) return isoOf(year, second, first)
  if (second > 12 && first <= 12) return isoOf(year, first, second)
  return first === second ? isoOf(year, first, second) : undefined
}

function named(year: string | undefined, month = '', day = ''): string | undefined {
  const index = months.indexOf(month.slice(0, 3).toLowerCase())
  return index < 0 ? undefined : isoOf(Number(year), index + 1, Number(day))
}

const dateKeys = new Set([
  ...['date', 'reported', 'report date', 'reported on', 'date reported', 'discovered', 'published'],
  ...['discovery date', 'disclosed', 'disclosure date', 'date published', 'publication date'],
  ...['submitted', 'submitted on', 'submission date', 'created', 'created at', 'date discovered'],
  ...['public date', 'release date', 'released'],
])

/** The day that the report gives for itself by a label, first label first. */
export function labelledDate(fields: readonly Field[]): string | undefined {
  for (const { key, value } of fields) {
    const date = dateKeys.has(key) ? dateIn(value.slice(0, 80)) : undefined
    if (date !== undefined) return date
  }
  return undefined
}
