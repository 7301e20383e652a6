import { type ReactNode, useState } from 'react'
import { rangesOf } from '#features/exchange/page/marks.ts'
import { blocksOf } from '#features/exchange/page/prose.ts'
import { clip, visible, visibleLine } from '#features/exchange/page/visible.ts'
import { Button } from '../ui/button.tsx'
import { grouped } from '../ui/words.ts'

/**
 * Text from outside. It is drawn as text and nothing else: no markup of it ever becomes an
 * element, what would hide or reorder it is written out, and a web address is a link whose words
 * are the address itself.
 */

type Marks = readonly string[]

const charactersMax = 20_000

/** One line for lists and titles. */
export const lineOf = (text: string, charactersAtMost = 300): string =>
  visibleLine(clip(text, charactersAtMost)) || 'Untitled'

/** Web addresses up to the sign that ends a sentence. */
const address = /\bhttps?:\/\/[^\s<>"'`)\]]+[^\s<>"'`)\].,;:!?]/gi

/** A text with its marked parts in `mark` and its web addresses as links. */
export function Marked({ text, marks }: { readonly text: string; readonly marks: Marks }) {
  const parts: ReactNode[] = []
  let from = 0
  for (const found of text.matchAll(address)) {
    parts.push(...markedParts(text.slice(from, found.index), marks, from))
    parts.push(<OutsideLink key={`a${found.index}`} href={found[0]} marks={marks} />)
    from = found.index + found[0].length
  }
  return [...parts, ...markedParts(text.slice(from), marks, from)]
}

function markedParts(text: string, marks: Marks, offset: number): ReactNode[] {
  const parts: ReactNode[] = []
  let from = 0
  for (const [start, end] of rangesOf(text, marks)) {
    parts.push(text.slice(from, start))
    parts.push(<mark key={`m${offset + start}`}>{text.slice(start, end)}</mark>)
    from = end
  }
  return [...parts, text.slice(from)]
}

/** A web address shown as it is; anything else stays text. */
export function OutsideLink({
  href,
  marks = [],
}: {
  readonly href: string
  readonly marks?: Marks
}) {
  const shown = markedParts(visible(clip(href, 500)), marks, 0)
  if (!/^https?:\/\//i.test(href) || !URL.canParse(href)) return <bdi>{shown}</bdi>
  return (
    <a
      href={href}
      rel="noopener noreferrer nofollow"
      target="_blank"
      className="link wrap-anywhere"
    >
      {shown}
    </a>
  )
}

const foundMax = 300

/**
 * A text to the character, and nothing in it that leads anywhere; words that are searched for are
 * marked wherever they stand, in any letters, also within others.
 */
export function Still({ text, words }: { readonly text: string; readonly words: string }) {
  const shown = visible(text)
  const [folded, wanted] = [shown.toLowerCase(), words.toLowerCase()]
  const parts: ReactNode[] = []
  let from = 0
  // Letters that change their length with their case would shift every place after them.
  const isSearched = wanted !== '' && folded.length === shown.length
  while (isSearched && parts.length < 2 * foundMax) {
    const at = folded.indexOf(wanted, from)
    if (at < 0) break
    const end = at + wanted.length
    parts.push(shown.slice(from, at), <mark key={at}>{shown.slice(at, end)}</mark>)
    from = end
  }
  return [...parts, shown.slice(from)]
}

/** Code in backticks is set as code; everything else as it is written. */
function Inline({ text, marks }: { readonly text: string; readonly marks: Marks }) {
  return text.split(/`([^`\n]+)`/).map((part, at) =>
    at % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move.
      <code key={at} className="rounded bg-raised px-0.5 font-mono text-[0.92em]">
        <Marked text={part} marks={marks} />
      </code>
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move.
      <Marked key={at} text={part} marks={marks} />
    ),
  )
}

type OutsideProps = { readonly text: string; readonly marks?: Marks }

/** Prose as its writer meant it: paragraphs, headings and fenced code; in plain text, paragraphs. */
export function Prose({ text, marks = [] }: OutsideProps) {
  const [shown, more] = useClipped(text)
  return (
    <div className="max-w-[75ch] space-y-2 text-read wrap-anywhere">
      {blocksOf(visible(shown)).map((block, at) => {
        // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of one text never move.
        if (block.kind === 'code') return <Code key={at} text={block.text} marks={marks} />
        return (
          <p
            // biome-ignore lint/suspicious/noArrayIndexKey: the blocks of one text never move.
            key={at}
            dir="auto"
            className={`whitespace-pre-wrap ${block.kind === 'heading' ? 'font-semibold' : ''}`}
          >
            <Inline text={block.text} marks={marks} />
          </p>
        )
      })}
      {more}
    </div>
  )
}

/** Code, a proof or a record, to the character. Scrolls by itself, also by keys. */
export function Code({ text, marks = [] }: OutsideProps) {
  const [shown, more] = useClipped(text)
  return (
    <>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys.
        tabIndex={0}
        className="max-h-96 overflow-auto rounded bg-raised px-3 py-2 font-mono text-small"
      >
        <code>{markedParts(visible(shown), marks, 0)}</code>
      </pre>
      {more}
    </>
  )
}

/** A very long text starts cut; the rest comes when the reader asks for it. */
function useClipped(text: string): readonly [string, ReactNode] {
  const [isWhole, setIsWhole] = useState(false)
  if (isWhole || text.length <= charactersMax) return [text, null]
  const button = (
    <Button
      key="more"
      onClick={() => setIsWhole(true)}
    >{`Show all ${grouped(text.length)} characters`}</Button>
  )
  return [clip(text, charactersMax), button]
}
