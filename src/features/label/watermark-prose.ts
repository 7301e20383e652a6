import { type Placed, symbolsInAll } from './watermark-code.ts'

/**
 * Zero width space, non-joiner, joiner and word joiner: nothing shows them, and neither NFC nor
 * NFKC changes them. Five of them are one mark: ten bits, which symbol it is and its value.
 */
const signs: readonly string[] = ['\u200b', '\u200c', '\u200d', '\u2060']
const signsInMark = 5
const run = /(?:\u200b|\u200c|\u200d|\u2060)+/g

/** Without anything that could be a mark. */
export const unmarked = (text: string): string => text.replaceAll(run, '')

const markOf = ({ index, value }: Placed): string => {
  const bits = (index << 5) | value
  return [8, 6, 4, 2, 0].map((shift) => signs[(bits >> shift) & 3]).join('')
}

function placedOf(mark: string): Placed | null {
  if (mark.length !== signsInMark) return null
  const bits = [...mark].reduce((sum, sign) => (sum << 2) | signs.indexOf(sign), 0)
  const index = bits >> 5
  return index < symbolsInAll ? { index, value: bits & 31 } : null
}

/** The marks of a text in their order; what is no whole mark is passed over. */
export const marksIn = (text: string): Placed[] =>
  [...text.matchAll(run)].flatMap(([mark]) => placedOf(mark) ?? [])

/** Words that are no name of anything, so that a mark behind one touches no identifier. */
const functionWords =
  'the|a|an|of|to|in|is|are|was|were|be|been|and|or|not|that|this|these|those|which|with|without|' +
  'for|from|by|on|at|as|it|its|can|could|may|might|will|would|has|have|had|when|where|while|than|' +
  'then|there|they|their|we|our|you|your|but|because|so|such|only|also|into|before|after|between|' +
  'der|die|das|und|ist|nicht|ein|eine|mit|von|zu|den|dem|auf|le|la|les|et|est|un|une|des|du|dans|' +
  'pour|el|los|las|y|es|una|de|en|que|con|por|para'
const place = new RegExp(
  `(?<=^|[\\s(])(?:${functionWords})(?=[ \\n]+[\\p{L}\\p{N}(\`"'])|` +
    `(?<=(?:^|[\\s(])\\p{L}{2,40})[,.;](?=[ \\n]+[\\p{L}(])`,
  'giu',
)

/** Where a text may carry marks: offsets behind words and signs of its prose, and nowhere else. */
export function placesIn(text: string): number[] {
  const readable = text.replaceAll(verbatim, (found) => found.replaceAll(/[^\n]/g, '\0'))
  return proseIn(text).flatMap(({ start, end }) => {
    const prose = readable.slice(start, end)
    if (!isProse(prose)) return []
    return [...prose.matchAll(place)].map((found) => start + found.index + found[0].length)
  })
}

/** Puts marks at these places; `next` gives one after the other. */
export function woven(text: string, places: readonly number[], next: () => Placed): string {
  let from = 0
  const pieces = places.map((at) => {
    const piece = text.slice(from, at) + markOf(next())
    from = at
    return piece
  })
  return pieces.join('') + text.slice(from)
}

/** What has to stay as it is inside of prose: code and what is quoted. */
const verbatim = /<(pre|code)\b[\s\S]*?(?:<\/\1>|$)|`[^`\n]+`|"[^"\n]{1,300}"/gi
/** From here on a text is a patch, a key or the like, and nothing of it is prose. */
const patch =
  /^(?:diff --|Index: |--- \S|\+\+\+ \S|@@ -\d|\*\*\* \S|From [0-9a-f]{40} |-----BEGIN )/m
/** Lines that are code, a table, a heading or what somebody typed, wherever they stand. */
const codeLine = new RegExp(
  [
    /^(?: {4}| *\t| *(?:\||#|\$ |>>> |[+*=~^-]{2,}|[{}()[\]<;@]))/,
    /[{};=\\]\s*$|=>|->/,
    /^\s*(?:for|if|elif|while|def|class|with|except)\b.*:\s*$/,
  ]
    .map(({ source }) => source)
    .join('|'),
)

type Span = { start: number; end: number }

/** Runs of lines that may be prose, outside of fenced blocks (CommonMark 4.5). */
function proseIn(text: string): Span[] {
  const at = text.search(patch)
  const spans: Span[] = []
  let open: Span | null = null
  let fence = ''
  let start = 0
  for (const line of text.slice(0, at < 0 ? text.length : at).split(/(?<=\n)/)) {
    const [, sign = ''] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? []
    const isInside = fence !== ''
    if (!isInside) fence = sign
    else if (sign.startsWith(fence)) fence = ''
    const end: number = start + line.length
    if (isInside || sign !== '' || line.trim() === '' || codeLine.test(line)) open = null
    else if (open) open.end = end
    else {
      open = { start, end }
      spans.push(open)
    }
    start = end
  }
  return spans
}

const plainWord = /^["'([]*\p{L}[\p{L}'’-]*["')\]]*[.,;:!?]*["')\]]*$/u
const isFunctionWord = new RegExp(`^(?:${functionWords})$`, 'i')

/** Sentences: most of it plain words, and enough of those that only sentences have. */
function isProse(text: string): boolean {
  const words = text.split(/\s+/).filter((word) => word !== '')
  const plain = words.filter((word) => plainWord.test(word)).length
  const small = words.filter((word) => isFunctionWord.test(word)).length
  return words.length >= 6 && plain >= 0.7 * words.length && small >= 0.12 * words.length
}
