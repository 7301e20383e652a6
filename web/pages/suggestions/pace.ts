const minuteMs = 60_000
/** Longer than this between two answers is a break, not work. */
const breakMs = 3 * minuteMs
const windowCount = 30

/**
 * Answers an hour, from the times of the answers of this sitting, oldest first, the first being the
 * start. Breaks count as three minutes; only the last thirty count. Null until there are three.
 */
export function paceOf(timesMs: readonly number[]): number | null {
  const times = timesMs.slice(-windowCount - 1)
  if (times.length < 4) return null
  const workedMs = times
    .slice(1)
    .reduce((all, time, at) => all + Math.min(time - (times[at] ?? time), breakMs), 0)
  return workedMs <= 0 ? null : ((times.length - 1) * 60 * minuteMs) / workedMs
}

/** `Pace 240 an hour, about 1 h 20 min for the rest`. */
export function paceWords(pace: number | null, left: number): string {
  if (pace === null) return ''
  const minutes = Math.max(1, Math.round((left / pace) * 60))
  const hours = Math.floor(minutes / 60)
  const rest = hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`
  return `${Math.round(pace)} an hour, about ${rest} for the rest`
}
