import type { Interval } from '#features/evaluation/binomial.ts'
import { type OutcomeCounts, weighingOf } from '#features/evaluation/outcome.ts'
import { outcomes } from '#formats/evaluation/outcome.ts'
import { oneLine } from '#platform/terminal/visible.ts'

/** Four digits behind the point, as tables of evaluations print them. */
export const digits = (value: number, places = 4): string =>
  Number.isFinite(value) ? value.toFixed(places) : String(value)

export const intervalText = ({ lower, upper }: Interval): string =>
  `${digits(lower)} to ${digits(upper)}`

/** What is told of a model: a heading, and lines of a name and a text. */
export const blockLines = (
  heading: string,
  lines: readonly (readonly [name: string, text: string])[],
): string[] => [
  oneLine(heading),
  ...lines.map(([name, text]) => `  ${name.padEnd(labelWidth)}${oneLine(text)}`),
]

const labelWidth = 17

/** Each way in which attempts ended, and how it counts where that is not plain. */
export function outcomesText(counts: OutcomeCounts): string {
  const weighings = { seen: '', failure: ' (counts as failure)', missing: ' (missing)' }
  return outcomes
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => `${outcome} ${counts[outcome]}${weighings[weighingOf[outcome]]}`)
    .join(', ')
}

/** What the numbers above it are without, so that nothing leaves them silently. */
export const leftOutLines = (count: number): string[] =>
  count === 0 ? [] : [`${count} rows or files could not be read and are in none of these numbers.`]

/** A whole number as an option takes it, or null. */
export const countOf = (text: string): number | null =>
  /^\d{1,9}$/.test(text) ? Number(text) : null
