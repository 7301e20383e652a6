/** 1.96 standard errors to both sides hold 95 % of the cases. */
const z = 1.96

/** Wilson's interval for the share that `right` of `all` was drawn from, at 95 %. */
export function wilson(right: number, all: number): [low: number, high: number] {
  if (all === 0) return [0, 1]
  const found = right / all
  const middle = found + z ** 2 / (2 * all)
  const spread = z * Math.sqrt((found * (1 - found)) / all + z ** 2 / (4 * all ** 2))
  const scale = 1 + z ** 2 / all
  return [Math.max(0, (middle - spread) / scale), Math.min(1, (middle + spread) / scale)]
}

/** Laplace's rule of succession: what to expect of the next one, never 0 and never 1. */
export const afterSuccession = (right: number, all: number): number => (right + 1) / (all + 2)

export const share = (part: number, all: number): string =>
  all === 0 ? '  -  ' : (part / all).toFixed(3)
