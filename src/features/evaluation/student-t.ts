import { betaCdfAt, logBeta } from './beta.ts'

/** The chance that Student's t with `df` degrees of freedom is above `t` (A&S 26.7.1). */
export function studentTail(t: number, df: number): number {
  if (t < 0) return 1 - studentTail(-t, df)
  const square = t * t
  return betaCdfAt([df / (df + square), square / (df + square)], df / 2, 0.5) / 2
}

/**
 * The t that Student's t with `df` degrees of freedom stays below with the chance `p`: Newton's
 * steps on the tail, kept inside a bracket. `df` need not be whole.
 */
export function studentQuantile(p: number, df: number): number {
  if (p === 0.5) return 0
  if (p < 0.5) return -studentQuantile(1 - p, df)
  const tail = 1 - p
  const norm = -0.5 * Math.log(df) - logBeta(df / 2, 0.5)
  let low = 0
  let high = 1
  while (studentTail(high, df) > tail) {
    low = high
    high *= 2
  }
  let t = (low + high) / 2
  for (let step = 0; step < 400; step++) {
    const off = studentTail(t, df) - tail
    if (off > 0) low = t
    else high = t
    const density = Math.exp(norm - ((df + 1) / 2) * Math.log1p((t * t) / df))
    const newton = t + off / density
    const next = newton > low && newton < high ? newton : (low + high) / 2
    if (Math.abs(next - t) <= 1e-15 * t || high - low <= 1e-15 * high) return next
    t = next
  }
  return t
}
