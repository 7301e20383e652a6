import { grouped } from '../words.ts'
import { type Child, el } from './dom.ts'
import { rangesOf } from './marks.ts'
import { blocksOf } from './prose.ts'
import { clip, visible, visibleLine } from './visible.ts'

/** Texts to mark wherever they stand. */
export type Marks = readonly string[]

/** What is drawn at once of a text; the rest comes when the reader asks for it. */
const charactersMax = 20_000

/** A text from outside, with the marked parts in `mark` elements. */
export function shown(text: string, marks: Marks = []): Child[] {
  if (marks.length === 0) return [visible(text)]
  const parts: Child[] = []
  let from = 0
  for (const [start, end] of rangesOf(text, marks)) {
    parts.push(visible(text.slice(from, start)), el('mark', {}, visible(text.slice(start, end))))
    from = end
  }
  return [...parts, visible(text.slice(from))]
}

/** The same, with the code that Markdown puts in backticks set as code. */
export function inline(text: string, marks: Marks = []): Child[] {
  return text
    .split(/`([^`\n]+)`/)
    .map((part, at) =>
      at % 2 === 1 ? el('code', {}, shown(part, marks)) : part && shown(part, marks),
    )
}

/** A text from outside on one line, cut where it is longer than any reader wants it. */
export const line = (text: string, max = 300): string => visibleLine(clip(text, max))

/** A title from outside; one that shows nothing is named, so that it can be seen and opened. */
export const titleLine = (text: string, max = 240): string => line(text, max) || 'Untitled'

/** Draws `text` by `draw`; if it is very long only its start, with a button for the rest. */
export function long(text: string, draw: (part: string) => Child): HTMLElement {
  const box = el('div', { class: 'long' })
  if (text.length <= charactersMax) {
    box.append(...nodes(draw(text)))
    return box
  }
  const more = el(
    'button',
    {
      type: 'button',
      class: 'plain',
      click: () => box.replaceChildren(...nodes(draw(text))),
    },
    `Show all ${grouped(text.length)} characters`,
  )
  box.append(...nodes([draw(clip(text, charactersMax)), el('p', {}, more)]))
  return box
}

const nodes = (child: Child): Node[] => [...el('div', {}, child).childNodes]

/** Code, a proof or a record, to the character. */
export const code = (text: string, marks: Marks = []): HTMLElement =>
  long(text, (part) => el('pre', { tabindex: 0 }, el('code', {}, shown(part, marks))))

/** Prose as its writer meant it: paragraphs, headings and fenced code set apart. */
export function prose(text: string, marks: Marks = []): HTMLElement {
  return long(text, (part) =>
    blocksOf(visible(part)).map((block) => {
      if (block.kind === 'code') {
        return el('pre', { tabindex: 0 }, el('code', {}, shown(block.text, marks)))
      }
      const name = block.kind === 'heading' ? 'prose-heading' : 'prose'
      return el('p', { class: name, dir: 'auto' }, inline(block.text, marks))
    }),
  )
}

/** An address as a link when it is one of the web, else as text. The reader sees where it leads. */
export function link(address: string, marks: Marks = []): Child {
  if (!isWeb(address)) return el('bdi', {}, shown(clip(address, 500), marks))
  const props = { href: address, rel: 'noreferrer noopener', target: '_blank', class: 'outside' }
  return el('a', props, shown(clip(address, 500), marks))
}

const isWeb = (address: string): boolean => /^https?:\/\//i.test(address) && URL.canParse(address)

/** A text for those who hear the page. */
export const spoken = (text: string): HTMLElement => el('span', { class: 'spoken' }, text)
