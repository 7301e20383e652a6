/** Code points that take two cells (Unicode 16, EastAsianWidth W and F), emoji left aside. */
const wide: readonly (readonly [number, number])[] = [
  ...([
    [0x1100, 0x115f],
    [0x2329, 0x232a],
    [0x2e80, 0x303e],
    [0x3041, 0x3247],
  ] as const),
  ...([
    [0x3250, 0xa4c6],
    [0xa960, 0xa97c],
    [0xac00, 0xd7a3],
    [0xf900, 0xfaff],
  ] as const),
  ...([
    [0xfe10, 0xfe19],
    [0xfe30, 0xfe6b],
    [0xff01, 0xff60],
    [0xffe0, 0xffe6],
  ] as const),
  ...([
    [0x16fe0, 0x18d08],
    [0x1aff0, 0x1b2fb],
    [0x1f200, 0x1f265],
    [0x20000, 0x3fffd],
  ] as const),
]
const plain = /^[\x20-\x7e]*$/
const emoji = /^\p{Emoji_Presentation}|^\p{Emoji}\ufe0f|^\p{RGI_Emoji}$/v
const weightless = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u
const clusters = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** How many terminal cells the text takes: two for East Asian wide characters and emoji. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length
  let width = 0
  for (const { segment } of clusters.segment(text)) width += clusterWidth(segment)
  return width
}

function clusterWidth(cluster: string): number {
  if (weightless.test(cluster)) return 0
  const code = cluster.codePointAt(0) ?? 0
  if (emoji.test(cluster)) return 2
  return wide.some(([first, last]) => code >= first && code <= last) ? 2 : 1
}

/** The text, or its start and an ellipsis, in at most `width` cells. */
export function clip(text: string, width: number): string {
  // Text far longer than a terminal is wide is not measured to its end.
  const start = text.length > width * 32 ? text.slice(0, width * 32) : text
  if (start === text && widthOf(text) <= width) return text
  if (width <= 0) return ''
  let kept = ''
  let room = width - 1
  for (const { segment } of clusters.segment(start)) {
    room -= clusterWidth(segment)
    if (room < 0) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

/** The text with spaces to exactly `width` cells; longer text is clipped. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const shown = clip(text, width)
  const space = ' '.repeat(Math.max(0, width - widthOf(shown)))
  return align === 'left' ? shown + space : space + shown
}
