/** Elements that begin and end a line of their own. */
const blocks = new Set(
  (
    'p div br hr tr table tbody thead ul ol li dl dt dd pre blockquote section article header ' +
    'footer main aside figure figcaption form fieldset address center h1 h2 h3 h4 h5 h6 title ' +
    'body html nav'
  ).split(' '),
)
/** Elements whose content is not for reading. */
const silent = new Set(['script', 'style', 'noscript', 'template', 'svg', 'math', 'head', 'object'])

/** Whether a text is an HTML document, by how it begins. */
export const isHtml = (text: string): boolean =>
  /^\s*(?:<!--[^>]{0,400}-->\s*)?(?:<!doctype html|<html[\s>]|<head[\s>]|<body[\s>])/i.test(
    text.slice(0, 1000),
  )

type Writer = {
  readonly lines: string[]
  /** Pieces of the line in hand: a text that grows is never looked at before it is whole. */
  line: string[]
  /** Whether the line in hand is empty or ends in a blank. */
  isSpaced: boolean
  pre: number
  quote: number
  /** The address of the open link and the pieces that the line had when it opened. */
  link: { readonly address: string; readonly from: number } | null
}

/**
 * The text of an HTML document or fragment as Markdown that a person reads: headings, list items,
 * quotes, code blocks and the addresses of links stay. Scripts and styles are never in it. One
 * pass, linear in the length; a `<` that begins no tag is a character.
 */
export function textOfHtml(html: string): string {
  const out: Writer = { lines: [], line: [], isSpaced: true, pre: 0, quote: 0, link: null }
  const seek = seeker(html)
  const tagStart = /<(?=[a-z/!?])/gi
  let at = 0
  while (at < html.length) {
    tagStart.lastIndex = at
    const open = tagStart.exec(html)?.index ?? html.length
    write(out, html.slice(at, open))
    if (open === html.length) break
    const tag = tagAt(html, open, seek)
    if (tag === null) {
      append(out, '<')
      at = open + 1
    } else if (silent.has(tag.name) && !tag.ends) at = behind(html, tag)
    else {
      markUp(out, tag)
      at = tag.after
    }
  }
  newLine(out)
  return out.lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

type Tag = {
  readonly name: string
  readonly ends: boolean
  readonly after: number
  readonly inside: string
}

/** Longer tags than this are characters: no element needs so many attributes. */
const tagCharsMax = 8000

/** Where a text next occurs; asked at ascending places, it looks at each character once. */
function seeker(html: string): (text: '>' | '-->', from: number) => number {
  const next = { '>': -1, '-->': -1 }
  return (text, from) => {
    if (next[text] < from) {
      const found = html.indexOf(text, from)
      next[text] = found < 0 ? Number.POSITIVE_INFINITY : found
    }
    return next[text]
  }
}

function tagAt(html: string, open: number, seek: ReturnType<typeof seeker>): Tag | null {
  if (html.startsWith('<!--', open)) {
    const end = seek('-->', open + 4)
    return Number.isFinite(end) ? { name: '!', ends: false, after: end + 3, inside: '' } : null
  }
  const head = /^<(\/?)([a-z!?][a-z0-9:!-]{0,30})/i.exec(html.slice(open, open + 40))
  if (!head?.[2]) return null
  const close = seek('>', open)
  if (close - open > tagCharsMax) return null
  const inside = html.slice(open + head[0].length, close)
  return { name: head[2].toLowerCase(), ends: head[1] === '/', after: close + 1, inside }
}

/** Where the element that a tag opens is over; the end of the text when it never is. */
function behind(html: string, tag: Tag): number {
  const end = new RegExp(`</${tag.name}[\\s>]`, 'gi')
  end.lastIndex = tag.after
  const found = end.exec(html)
  return found ? found.index : html.length
}

function write(out: Writer, raw: string): void {
  if (raw === '') return
  const text = decodeEntities(raw)
  if (out.pre === 0) {
    const words = text.replace(/[\s\u00a0]+/g, ' ')
    append(out, out.isSpaced && words.startsWith(' ') ? words.slice(1) : words)
    return
  }
  const [first = '', ...rest] = text.split(/\r\n|\n|\r/)
  append(out, first)
  for (const line of rest) {
    newLine(out, true)
    append(out, line)
  }
}

function append(out: Writer, text: string): void {
  if (text === '') return
  out.line.push(text)
  out.isSpaced = text.endsWith(' ')
}

/** Ends the line in hand; empty ones only count where they separate paragraphs or are code. */
function newLine(out: Writer, always = false): void {
  const whole = out.line.join('')
  const line = out.pre > 0 ? whole.trimEnd() : whole.trim()
  out.line = []
  out.isSpaced = true
  if (line === '' && !always && (out.lines.length === 0 || isBlank(out.lines.at(-1)))) return
  out.lines.push(line === '' ? '' : `${'> '.repeat(Math.min(out.quote, 8))}${line}`)
}

const isBlank = (line: string | undefined): boolean => (line ?? '') === ''

function markUp(out: Writer, { name, ends, inside }: Tag): void {
  if (blocks.has(name)) {
    if (out.line.length > 0 || out.pre > 0) newLine(out)
    if (/^(?:p|h[1-6]|table|ul|ol|pre|blockquote|div)$/.test(name)) spaced(out, name)
  }
  switch (name) {
    case 'pre':
      fence(out, ends)
      break
    case 'blockquote':
      out.quote = Math.max(0, out.quote + (ends ? -1 : 1))
      break
    case 'li':
      if (!ends) append(out, '- ')
      break
    case 'td':
    case 'th':
      if (ends) append(out, ' | ')
      break
    case 'code':
    case 'tt':
    case 'kbd':
      if (out.pre === 0) append(out, '`')
      break
    case 'a':
      link(out, ends, inside)
      break
    default:
      if (/^h[1-6]$/.test(name) && !ends) append(out, `${'#'.repeat(Number(name[1]))} `)
  }
}

/** A blank line before what Markdown sets off by one. */
function spaced(out: Writer, name: string): void {
  if (name !== 'div' && out.pre === 0) newLine(out)
}

function fence(out: Writer, ends: boolean): void {
  if (ends && out.pre === 0) return
  if (ends) {
    out.pre--
    if (out.pre > 0) return
  } else if (++out.pre > 1) return
  append(out, '```')
  newLine(out)
}

/** Links keep their address behind their text, unless the text is the address. */
function link(out: Writer, ends: boolean, inside: string): void {
  if (!ends) {
    const address = /\bhref\s{0,4}=\s{0,4}["']?(https?:[^"'<>\s]{1,2000})/i.exec(inside)?.[1]
    out.link = address ? { address: decodeEntities(address), from: out.line.length } : null
    return
  }
  const { link: open } = out
  out.link = null
  if (!open || out.pre > 0) return
  const text = out.line.slice(open.from).join('')
  if (!text.includes(open.address)) append(out, ` <${open.address}>`)
}

const entities: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', copy: '©', reg: '®' },
  ...{ ndash: '–', mdash: '—', hellip: '…', lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”' },
  ...{ bull: '•', middot: '·', times: '×', le: '≤', ge: '≥', ne: '≠', rarr: '→', larr: '←' },
  ...{ euro: '€', pound: '£', sect: '§', deg: '°', auml: 'ä', ouml: 'ö', uuml: 'ü', szlig: 'ß' },
  ...{ Auml: 'Ä', Ouml: 'Ö', Uuml: 'Ü', eacute: 'é', egrave: 'è', agrave: 'à', ccedil: 'ç' },
  ...{ laquo: '«', raquo: '»', shy: '', zwnj: '', zwj: '', ensp: ' ', emsp: ' ', thinsp: ' ' },
}

/** Character references of HTML decoded; those that are none stay as they are. */
export const decodeEntities = (text: string): string =>
  text.includes('&')
    ? text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{2,8});/gi, (whole, name: string) => {
        if (!name.startsWith('#')) {
          return Object.hasOwn(entities, name) ? (entities[name] ?? '') : whole
        }
        const hex = name[1] === 'x' || name[1] === 'X'
        const code = Number.parseInt(name.slice(hex ? 2 : 1), hex ? 16 : 10)
        const isCharacter = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
        return isCharacter ? String.fromCodePoint(code) : whole
      })
    : text
