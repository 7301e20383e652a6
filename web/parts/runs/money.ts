/** `$1.2345`, from millionths of a US dollar; small sums to their last millionth. */
export function moneyOf(microUsd: number): string {
  const digits = microUsd === 0 || microUsd >= 10_000 ? 2 : 6
  return `$${(microUsd / 1_000_000).toFixed(digits)}`
}

/** `41 ms`, `12.3 s`, `4 min 10 s`, `3 h 12 min`. */
export function lastingOf(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1_000)} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
