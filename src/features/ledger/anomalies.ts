/** So many privileged looks of one person in one hour of UTC. */
export type HourCount = {
  readonly person: string
  /** When the hour began. */
  readonly hour: Date
  readonly opens: number
  readonly exports: number
}

type What = 'opens' | 'exports'

export type Anomaly = {
  readonly person: string
  /** More than usual, or at an hour of the day at which they are hardly ever seen. */
  readonly kind: 'volume' | 'hour'
  readonly what: What | null
  readonly span: 'hour' | 'day'
  /** When the hour or the day began. */
  readonly from: Date
  readonly count: number
  /** The median of their own earlier hours or days that had any; null where few are known. */
  readonly own: number | null
  /** The median of everybody's. */
  readonly all: number
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const hoursOfDay = 24

/** Times the median, and a number below which nothing is unusual: of one hour, and of one day. */
const rules = {
  hour: { times: 4, least: { opens: 20, exports: 5 } },
  day: { times: 3, least: { opens: 60, exports: 10 } },
} as const
/** Fewer spans than these tell nothing of what is usual for somebody. */
const spansKnown = { hour: 10, day: 5 } as const
/** Their hours of the day are known after so many days; below this share an hour is unusual. */
const daysKnown = 10
const hourShare = 0.02

/**
 * What is out of the ordinary in the last day before `now`, the newest first. A count is held
 * against the median of that person's own earlier hours or days, and of everybody's where too few
 * of their own are known; hours and days without a look do not count, so that holidays lower no
 * median. An hour of the day is unusual where less than 2 % of ten earlier days' hours fell within
 * an hour of it.
 */
export function anomalies(counts: readonly HourCount[], now: Date): Anomaly[] {
  const begins = now.getTime() - dayMs
  const known = counts.filter(({ hour }) => hour.getTime() <= now.getTime())
  const volume = (['hour', 'day'] as const).flatMap((span) =>
    (['opens', 'exports'] as const).flatMap((what) => ofVolume(known, { span, what, begins })),
  )
  return [...volume, ...ofHours(known, begins)].sort(
    (one, other) =>
      other.from.getTime() - one.from.getTime() || (one.person < other.person ? -1 : 1),
  )
}

type Looking = { readonly span: 'hour' | 'day'; readonly what: What; readonly begins: number }

function ofVolume(counts: readonly HourCount[], { span, what, begins }: Looking): Anomaly[] {
  const lengthMs = span === 'hour' ? hourMs : dayMs
  const spans = new Map<string, Map<number, number>>()
  for (const one of counts) {
    const from = Math.floor(one.hour.getTime() / lengthMs) * lengthMs
    const own = spans.get(one.person) ?? new Map<number, number>()
    if (one[what] > 0) own.set(from, (own.get(from) ?? 0) + one[what])
    spans.set(one.person, own)
  }
  const isNew = (from: number): boolean => from + lengthMs > begins
  const earlier = (own: ReadonlyMap<number, number>): number[] =>
    [...own].filter(([from]) => !isNew(from)).map(([, count]) => count)
  const all = medianOf([...spans.values()].flatMap(earlier)) ?? 0
  const { times, least } = rules[span]
  return [...spans].flatMap(([person, own]) => {
    const before = earlier(own)
    const median = before.length >= spansKnown[span] ? medianOf(before) : null
    const most = Math.max(least[what], times * (median ?? all))
    return [...own]
      .filter(([from, count]) => isNew(from) && count > most)
      .map(([from, count]): Anomaly => {
        const usual = { own: median, all }
        return { person, kind: 'volume', what, span, from: new Date(from), count, ...usual }
      })
  })
}

/** Hours of the last day at which somebody is hardly ever seen. */
function ofHours(counts: readonly HourCount[], begins: number): Anomaly[] {
  const seen = counts.filter(({ opens, exports }) => opens + exports > 0)
  return [...Map.groupBy(seen, ({ person }) => person)].flatMap(([person, own]) => {
    const before = own.filter(({ hour }) => hour.getTime() < begins)
    const days = new Set(before.map(({ hour }) => Math.floor(hour.getTime() / dayMs)))
    if (days.size < daysKnown) return []
    const isUnusual = (hour: Date): boolean =>
      before.filter((one) => isBeside(one.hour, hour)).length < hourShare * before.length
    return own
      .filter(({ hour }) => hour.getTime() >= begins && isUnusual(hour))
      .map(({ hour, opens, exports }): Anomaly => {
        const count = opens + exports
        return { person, kind: 'hour', what: null, span: 'hour', from: hour, count, own: 0, all: 0 }
      })
  })
}

/** Whether two hours of the day are the same or next to each other, midnight included. */
function isBeside(one: Date, other: Date): boolean {
  const apart = Math.abs(one.getUTCHours() - other.getUTCHours())
  return Math.min(apart, hoursOfDay - apart) <= 1
}

function medianOf(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return low === undefined || high === undefined ? null : (low + high) / 2
}
