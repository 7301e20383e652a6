import { type Level, levels } from './evidence.ts'

/** A level as the database keeps it: it keeps nothing else, so another word is a defect. */
export function levelOf(text: string): Level {
  const found = levels.find((one) => one === text)
  if (found !== undefined) return found
  throw new TypeError(`not a level of evidence: ${text}`)
}

/** The highest of several; E0 of none. Levels are ordered as their texts are. */
export const highest = (found: readonly Level[]): Level =>
  found.reduce<Level>((best, one) => (one > best ? one : best), 'E0')
