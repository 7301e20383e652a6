/** Tags that begin a line of their own. */
const blocks = /^(?:p|div|br|hr|tr|table|ul|ol|li|dl|dt|dd|pre|blockquote|section|article|h[1-6])$/i
/** Elements whose content is no prose. */
const silent = /^(?:script|style)$/i

const entities: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' },
  ...{ ndash: '–', mdash: '—', hellip: '…', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”' },
}

/**
 * The prose of an HTML fragment as plain text, in one pass: blocks begin lines, list items get a
 * dash, scripts are left out. A `<` that begins no tag is a character.
 */
export function textOfHtml(html: string): string {
  const ends = { tag: new Next(html, '>'), comment: new Next(html, '-->') }
  const parts: string[] = []
  let at = 0
  for (let open = html.indexOf('<'); open >= 0; open = html.indexOf('<', at)) {
    parts.push(html.slice(at, open))
    const tag = tagAt(html, open, ends)
    if (tag === null) {
      parts.push('<')
      at = open + 1
      continue
    }
    const isItem = tag.name.toLowerCase() === 'li' && !tag.isEnd
    if (blocks.test(tag.name)) parts.push(isItem ? '\n- ' : '\n')
    at = silent.test(tag.name) && !tag.isEnd ? behind(html, tag) : tag.after
  }
  parts.push(html.slice(at))
  return tidy(decoded(parts.join('')))
}

/** Where a mark stands next; asked from front to back, all answers together cost one pass. */
class Next {
  readonly #text: string
  readonly #mark: string
  #found = -1

  constructor(text: string, mark: string) {
    this.#text = text
    this.#mark = mark
  }

  /** Infinity where the mark stands no more. */
  from(at: number): number {
    if (this.#found >= at) return this.#found
    const found = this.#text.indexOf(this.#mark, at)
    this.#found = found < 0 ? Number.POSITIVE_INFINITY : found
    return this.#found
  }
}

type Tag = { readonly name: string; readonly isEnd: boolean; readonly after: number }

/** Tags longer than this are characters. */
const tagCharsMax = 4_000

function tagAt(html: string, open: number, ends: { tag: Next; comment: Next }): Tag | null {
  if (html.startsWith('<!--', open)) {
    const end = ends.comment.from(open + 4)
    return Number.isFinite(end) ? { name: '', isEnd: false, after: end + 3 } : null
  }
  const head = /^<(\/?)([a-z][a-z0-9]*)/i.exec(html.slice(open, open + 40))
  const close = ends.tag.from(open)
  if (head === null || close - open > tagCharsMax) return null
  return { name: head[2] ?? '', isEnd: head[1] === '/', after: close + 1 }
}

function behind(html: string, tag: Tag): number {
  const end = html.indexOf(`</${tag.name}`, tag.after)
  return end < 0 ? html.length : end
}

const decoded = (text: string): string =>
  text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return Object.hasOwn(entities, name) ? (entities[name] ?? '') : whole
    const hex = name[1] === 'x' || name[1] === 'X'
    const code = Number.parseInt(name.slice(hex ? 2 : 1), hex ? 16 : 10)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })

/** Lines without blanks at their ends, at most one empty line in a row. */
const tidy = (text: string): string =>
  text
    .split(/\r\n|\n|\r/)
    .map((line) => line.replace(/[ \t\u00a0]+/g, ' ').trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()

/** Addresses that the links of an HTML fragment lead to, first mention first. */
export const hrefsOf = (html: string): string[] => [
  ...new Set(
    [...html.matchAll(/\bhref\s{0,9}=\s{0,9}["']?(https?:[^"'<>\s]{1,2000})/gi)].flatMap(
      ([, address]) => (address === undefined ? [] : [decoded(address)]),
    ),
  ),
]
