import { SaxesParser, type SaxesTagNS } from 'saxes'
import type { Problem, XmlElement } from '#formats/finding/decoder.ts'
import { mendAmpersands } from './ampersand.ts'

/** The tree of a document as far as it could be read, and what was wrong with it. */
export type XmlDocument = { readonly root: XmlElement | null; readonly problems: Problem[] }

export type XmlLimits = {
  /** How deep elements may nest; the root has depth 1. */
  readonly depthMax?: number
  readonly elementsMax?: number
}

/** Problems beyond this number are counted, not listed. */
const problemsMax = 20

/**
 * Reads XML 1.0 (fifth edition) with namespaces into a tree; never throws. Entities are never
 * expanded and nothing outside the text is read: a document that declares entities is refused
 * whole (`unsafe`), a DOCTYPE without them is passed over. What is broken costs as little as
 * can be: bad characters are kept, an end tag that matches nothing is passed over, and at the
 * end of a truncated text the open elements are closed as they stand. White space between
 * child elements is left out of `text`.
 */
export function parseXml(text: string, limits: XmlLimits = {}): XmlDocument {
  const clean = text.isWellFormed() ? text : text.toWellFormed()
  const found = new Parse(clean, limits).document()
  const unsafe = found.problems.some(({ code }) => code === 'unsafe')
  if (clean !== text && !unsafe) {
    const why = 'some characters are half of a surrogate pair; U+FFFD stands for them'
    found.problems.push({ code: 'encoding', why, lost: false })
  }
  if (found.problems.length === 0 || unsafe) return found
  const { text: again, mended } = mendAmpersands(clean)
  if (mended === 0) return found
  const { root, problems } = new Parse(again, limits).document()
  const why = `${mended} ampersands begin no reference; read as &amp;`
  return { root, problems: [{ code: 'malformed', why, lost: false }, ...problems] }
}

/** An element while it is being read. */
type Growing = {
  name: string
  namespace: string
  attributes: ReadonlyMap<string, string>
  children: XmlElement[]
  text: string
  line: number
}

type Open = {
  readonly element: Growing
  readonly written: string
  readonly ns: Record<string, string>
}

const noAttributes: ReadonlyMap<string, string> = new Map()

/** Shared by the elements without children, which are most; never pushed to. */
const noChildren: XmlElement[] = []

/** Thrown to leave the parser early; caught in this file. */
class Stop extends Error {}

type TokenOptions = { xmlns: true; resolvePrefix: (prefix: string) => string | undefined }

/** Saxes reports through a function instead of building an Error with a stack for each. */
class Tokens extends SaxesParser<TokenOptions> {
  report: ((message: string) => void) | undefined

  override fail(message: string): this {
    this.report?.(message)
    return this
  }
}

/** What saxes says about the nesting of elements, which this file judges by its own stack. */
const nesting =
  /^(unclosed tag|unexpected close tag|unmatched closing tag|documents may contain only one)/

/** Remarks after which everything is still there. */
const harmless = new RegExp(
  '^(disallowed character\\.$|undefined entity|malformed character entity' +
    '|unbound namespace|the string)',
)

/** One run over one text. The nesting is kept here, since saxes closes all at a stray end tag. */
class Parse {
  readonly #text: string
  readonly #depthMax: number
  readonly #elementsMax: number
  readonly #tokens: Tokens
  readonly #open: Open[] = []
  readonly #problems: Problem[] = []
  #problemsLeftOut = 0
  #root: Growing | null = null
  #elements = 0
  #endTagAt = -1
  /** The stray end tags that saxes is about to repeat as text. */
  #echo = ''
  #endsInMarkup = false

  constructor(text: string, limits: XmlLimits) {
    this.#text = text
    this.#depthMax = limits.depthMax ?? 200
    this.#elementsMax = limits.elementsMax ?? 5_000_000
    this.#tokens = new Tokens({ xmlns: true, resolvePrefix: (prefix) => this.#resolve(prefix) })
    this.#tokens.report = (message) => this.#hear(message)
    this.#tokens.on('doctype', (found) => this.#doctype(found))
    this.#tokens.on('opentag', (tag) => this.#opened(tag))
    this.#tokens.on('closetag', (tag) => this.#closed(tag))
    this.#tokens.on('text', (found) => this.#characters(found))
    this.#tokens.on('cdata', (found) => this.#characters(found))
  }

  document(): XmlDocument {
    try {
      this.#tokens.write(this.#text)
      this.#truncation()
      this.#tokens.close()
    } catch (thrown) {
      if (!(thrown instanceof Stop)) {
        this.#complain({ code: 'malformed', why: `not readable as XML: ${thrown}`, lost: true })
      }
    }
    while (this.#open.length > 0) this.#pop()
    if (this.#problemsLeftOut > 0) {
      const why = `${this.#problemsLeftOut} more problems of this kind`
      this.#problems.push({ code: 'malformed', why, lost: true })
    }
    return { root: this.#root, problems: this.#problems }
  }

  #opened(tag: SaxesTagNS): void {
    this.#elements += 1
    if (this.#elements > this.#elementsMax) {
      this.#stop({ code: 'too-large', why: `more than ${this.#elementsMax} elements` })
    }
    if (this.#open.length >= this.#depthMax) {
      this.#stop({ code: 'too-deep', why: `elements nest deeper than ${this.#depthMax}` })
    }
    const { line } = this.#tokens
    const element: Growing = {
      name: tag.local,
      namespace: tag.uri,
      attributes: attributesOf(tag),
      children: noChildren,
      text: '',
      line,
    }
    const parent = this.#open.at(-1)
    if (parent) adopt(parent.element, element)
    else if (this.#root === null) this.#root = element
    else this.#stop({ code: 'malformed', why: `a second root element <${shown(tag.name)}>` })
    this.#open.push({ element, written: tag.name, ns: tag.ns })
  }

  #closed(tag: SaxesTagNS): void {
    if (tag.isSelfClosing) this.#pop()
    else this.#endTag()
  }

  /** Saxes tells of one end tag once for each element that it closes; the first time counts. */
  #endTag(): void {
    const at = this.#tokens.position
    if (at === this.#endTagAt) return
    this.#endTagAt = at
    const slash = this.#text.lastIndexOf('</', at - 1)
    const [written = ''] = this.#text.slice(slash + 2, at - 1).split(/\s/, 1)
    const depth = this.#open.findLastIndex((open) => open.written === written)
    const inner = this.#open.at(-1)
    if (depth < 0) {
      const why = `</${shown(written)}> closes nothing that is open`
      this.#complain({ code: 'malformed', why, lost: false })
      return
    }
    if (inner && inner.written !== written) {
      const why = `<${shown(inner.written)}> is not closed before </${shown(written)}>`
      this.#complain({ code: 'malformed', why, lost: false })
    }
    while (this.#open.length > depth) this.#pop()
  }

  #pop(): void {
    const element = this.#open.pop()?.element
    if (element && element.children.length > 0 && element.text.trim() === '') element.text = ''
  }

  #characters(found: string): void {
    if (this.#endsInMarkup) return
    const own = this.#echo !== '' && found.startsWith(this.#echo)
    const text = own ? found.slice(this.#echo.length) : found
    this.#echo = ''
    const open = this.#open.at(-1)
    if (open) open.element.text += text
  }

  #doctype(found: string): void {
    if (!found.includes('<!ENTITY')) return
    this.#stop({
      code: 'unsafe',
      why: 'the document declares entities, which can hide or blow up content',
      hint: 'remove the entity declarations from its DOCTYPE',
    })
  }

  #resolve(prefix: string): string | undefined {
    return this.#open.findLast(({ ns }) => ns[prefix] !== undefined)?.ns[prefix]
  }

  #hear(message: string): void {
    if (message === 'unexpected end.') {
      this.#endsInMarkup = true
      if (this.#open.length > 0) return
    }
    const stray = /^unmatched closing tag: (.*)\.$/s.exec(message)?.[1]
    if (stray !== undefined) {
      this.#echo += `</${stray}>`
      this.#endTag()
    }
    if (nesting.test(message)) return
    if (message.startsWith('text data outside') && this.#open.length > 0) return
    if (message === 'incorrect syntax.') {
      this.#stop({ code: 'malformed', why: '<! begins no comment, CDATA section or DOCTYPE' })
    }
    const why = message.replace(/\.$/, '').slice(0, 200)
    this.#complain({ code: 'malformed', why, lost: !harmless.test(message) })
  }

  #truncation(): void {
    if (this.#open.length === 0) return
    const path = this.#open.map(({ written }) => shown(written)).slice(-8)
    const why = `the document ends inside ${path.join('/')}`
    this.#complain({ code: 'truncated', why, lost: true })
  }

  #stop(problem: Omit<Problem, 'lost'>): never {
    if (problem.code === 'unsafe') this.#root = null
    this.#complain({ ...problem, lost: true })
    throw new Stop()
  }

  #complain(problem: Problem): void {
    const { line, column } = this.#tokens
    const why = `${problem.why} (line ${line}, column ${Math.max(column, 1)})`
    const isLast = problem.lost && problem.code !== 'malformed'
    if (this.#problems.length < problemsMax || isLast)
      this.#problems.push({ ...problem, why, line })
    else this.#problemsLeftOut += 1
  }
}

function adopt(parent: Growing, child: Growing): void {
  if (parent.children === noChildren) parent.children = [child]
  else parent.children.push(child)
}

function attributesOf(tag: SaxesTagNS): ReadonlyMap<string, string> {
  const found = Object.values(tag.attributes)
  if (found.length === 0) return noAttributes
  return new Map(found.map(({ name, value }) => [name, value]))
}

/** A name of the document, short enough to print. */
const shown = (name: string): string => (name.length > 60 ? `${name.slice(0, 60)}…` : name)
