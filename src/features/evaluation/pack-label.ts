import { type Label, markingOf, parseMarking } from '#features/label/label.ts'

/**
 * The label that a pack names: a whole marking, or a colour of the Traffic Light Protocol alone for
 * what is unclassified; null for other words.
 */
export const labelOfPack = (text: string): Label | null =>
  parseMarking(text.startsWith('TLP:') ? `UNCLASSIFIED//${text}` : text)

/** The same as a whole marking, which is what gateways read; other words as they are. */
export function markingOfPack(text: string): string {
  const label = labelOfPack(text)
  return label === null ? text : markingOf(label)
}
