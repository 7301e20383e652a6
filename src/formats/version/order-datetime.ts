import { compareText, ordering, signOf } from './order.ts'

const form =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/

type Instant = { readonly seconds: number; readonly fraction: string }

/** An instant of RFC 3339 section 5.6, its fraction of a second as long as it was given. */
function readInstant(given: string): Instant | null {
  const found = form.exec(given.trim())
  if (!found) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map(Number)
  const [offsetHours, offsetMinutes] = [Number(found[9] ?? 0), Number(found[10] ?? 0)]
  if (hour > 23 || minute > 59 || second > 60 || offsetHours > 23 || offsetMinutes > 59) return null
  // Built in the year 2000 first, for years below 100 mean the 20th century to Date.UTC.
  const date = new Date(Date.UTC(2000, 0, 1, hour, minute, 0))
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null
  const offset = (offsetHours * 60 + offsetMinutes) * (found[8] === '-' ? -60 : 60)
  return { seconds: date.getTime() / 1000 + second - offset, fraction: dropZeros(found[7] ?? '') }
}

function dropZeros(fraction: string): string {
  let end = fraction.length
  while (fraction[end - 1] === '0') end--
  return fraction.slice(0, end)
}

/** The vers type `datetime`: instants of RFC 3339, whatever their offset from UTC. */
export const datetimeOrder = ordering(
  readInstant,
  (a, b) => signOf(a.seconds - b.seconds) || compareText(a.fraction, b.fraction),
)
