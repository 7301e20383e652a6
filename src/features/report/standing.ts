import type { Standing } from '#formats/finding/finding.ts'

const words: Readonly<Record<Standing['is'], string>> = {
  suppressed: 'its own document suppresses it',
  'false-positive': 'its own document calls it a false positive',
  'not-affected': 'its own document says that the product is not affected',
  fixed: 'its own document says that it is fixed',
  accepted: 'its own document says that the risk is accepted',
}

/** Why a finding does not go into the queue, in the words of a sentence; null where it does. */
export function asideOf(standing: Standing | undefined): string | null {
  if (!standing) return null
  return `${words[standing.is]}${standing.why === undefined ? '' : `: ${standing.why}`}`
}
