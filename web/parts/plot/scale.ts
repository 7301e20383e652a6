/** The smallest round number that is not below a count, so that an axis ends at a tick. */
export function roundTop(most: number): number {
  if (most <= 5) return 5
  const power = 10 ** Math.floor(Math.log10(most))
  const step = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((one) => one * power >= most) ?? 10
  return step * power
}
