/**
 * What a vector scores, 0 to 10 in steps of 0.1; each includes the one before. `threat` (temporal
 * in versions 2 and 3) and `environment` are there when a metric of that group is defined;
 * version 3 gives a number to all three always, and 3.1's may differ where nothing is defined.
 */
export type Scores = {
  readonly base: number
  readonly threat?: number
  readonly environment?: number
}

/**
 * Decimal fractions have no exact binary form. The formulas' results are closer than this to a
 * tenth (or to the middle between two) only when, computed exactly, they are equal to it.
 */
const blur = 1e-9

/** Rounds half up to one decimal (version 2 section 3.2, version 4 section 8). */
export const nearestTenth = (value: number): number =>
  Math.max(0, Math.floor(value * 10 + 0.5 + blur)) / 10

/** The smallest tenth that is not below the value (version 3.0 section 8.1). */
export const upToTenth = (value: number): number => Math.max(0, Math.ceil(value * 10 - blur)) / 10

/** The same as version 3.1 defines it (appendix A): what is above a tenth by 0.000005 is not. */
export function upToTenthOfHundredThousands(value: number): number {
  const whole = Math.round(value * 100_000)
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10
}
