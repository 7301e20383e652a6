/** How much one person, or one token, opened in one hour of the clock (UTC). */
export type HourCount = { readonly hour: Date; readonly count: number }

/** What a rule looks at: the hour that is judged, what came before, and what others usually do. */
export type Watched = {
  readonly now: HourCount
  /** Of the 28 days before; hours in which nothing was opened may be missing. */
  readonly before: readonly HourCount[]
  /** What is usual for the role at this hour of the week, for who has no history of their own. */
  readonly usualOfRole: number
}

export type Unusual = { readonly kind: 'volume' | 'hour'; readonly usual: number }

const hourMs = 3_600_000
const weekMs = 168 * hourMs
const weeks = 4
/** Who was first seen so long ago is judged by their own past. */
const knownAfterMs = 14 * 24 * hourMs
/** Fewer openings in an hour than this are never much, and fewer than that at no hour odd. */
const volumeFloor = 30
const hourFloor = 10
const timesUsual = 4

/** The middle of some counts; of an even number the higher one of the two. */
export function medianOf(counts: readonly number[]): number {
  const sorted = counts.toSorted((x, y) => x - y)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/**
 * What is unusual about an hour: four times as many openings as the median of the same hour of the
 * last four weeks, or ten and more at a time of the day (an hour about it) at which the person, who
 * has been here for a fortnight, never opened anything in four weeks.
 */
export function unusualIn({ now, before, usualOfRole }: Watched): readonly Unusual[] {
  const at = now.hour.getTime()
  const past = before.filter(
    ({ hour }) => hour.getTime() < at && hour.getTime() >= at - weeks * weekMs,
  )
  const isKnown = past.some(({ hour }) => hour.getTime() <= at - knownAfterMs)
  const sameHour = Array.from({ length: weeks }, (_, week) => {
    const then = at - (week + 1) * weekMs
    return past.find(({ hour }) => hour.getTime() === then)?.count ?? 0
  })
  const usual = isKnown ? medianOf(sameHour) : usualOfRole
  const found: Unusual[] = []
  if (now.count >= volumeFloor && now.count > timesUsual * usual) {
    found.push({ kind: 'volume', usual })
  }
  const isOdd = past.every((one) => one.count === 0 || hoursApart(one.hour, now.hour) > 1)
  if (isKnown && isOdd && now.count >= hourFloor) found.push({ kind: 'hour', usual: 0 })
  return found
}

/** How far two hours of the day lie apart, whatever the day. */
function hoursApart(one: Date, other: Date): number {
  const apart = Math.abs(one.getUTCHours() - other.getUTCHours())
  return Math.min(apart, 24 - apart)
}

/** Whether an hour goes on with a spell that was told: with at most one quiet hour between. */
export const goesOn = (lastedTo: Date, hour: Date): boolean =>
  hour.getTime() - lastedTo.getTime() <= 2 * hourMs
