import { stemmer } from 'stemmer'

/** Words that carry no evidence in any report. */
const stopWords = new Set(
  [
    'a about above after again all also am an and any are as at be because been before being',
    'below between both but by can could did do does doing down during each either etc few',
    'for from further had has have having he her here hers him his how however i if in into',
    'is it its itself just may me might more most must my no nor not now of off on once only',
    'or other our out over own per same shall she should so some such than that the their',
    'them then there therefore these they this those through thus to too under until up upon',
    'us use used user using very via was we were what when where which while who whom whose',
    'why will with within without would you your issue issues vulnerability vulnerabilities',
    'vulnerable version versions affected affect affects prior allow allows allowed attacker',
    'attackers impact patch patches workaround workarounds',
  ].flatMap((line) => line.split(' ')),
)

const stemCacheMax = 200_000
const stems = new Map<string, string>()

/**
 * The stem of a lower-case word (Porter 1980, through the `stemmer` package), or '' for a word
 * without evidence. Answers are kept, because the same words come again and again.
 */
export function stemOf(word: string): string {
  const known = stems.get(word)
  if (known !== undefined) return known
  if (stems.size >= stemCacheMax) stems.clear()
  const stem = stopWords.has(word) || word.length > 40 ? '' : stemmer(word)
  stems.set(word, stem)
  return stem
}

/** Splits `readFrameHeader`, `read_frame_header` and `ReadFrame2` into lower-case parts. */
export function partsOf(identifier: string): string[] {
  return identifier
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part.length > 1)
}
