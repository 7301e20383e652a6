import type { ReactNode } from 'react'
import { clip } from '#features/exchange/page/visible.ts'
import { lineOf, Still } from '../../parts/outside-text.tsx'
import { classes } from '../../ui/classes.ts'
import { grouped } from '../../ui/words.ts'

export type PartProps = {
  readonly isOpen: boolean
  readonly onFlip: () => void
  readonly text: string
  /** What is searched for, marked wherever it stands. */
  readonly words: string
}

const shutCharacters = 1_200
/** What one row draws at most: a reader of more takes the transcript along. */
const openCharacters = 60_000

/** Prose of the model, or for it: the beginning, and the rest when somebody asks for it. */
export function Text({ isOpen, onFlip, text, words }: PartProps) {
  const isLong = text.length > shutCharacters
  return (
    <>
      <p dir="auto" className="max-w-[75ch] text-read whitespace-pre-wrap wrap-anywhere">
        <Still text={clip(text, isOpen ? openCharacters : shutCharacters)} words={words} />
      </p>
      {isLong && (
        <Flip isOpen={isOpen} onFlip={onFlip}>
          {isOpen ? 'Show less' : `Show all ${grouped(text.length)} characters`}
        </Flip>
      )}
      {isOpen && <Cut length={text.length} />}
    </>
  )
}

type FoldProps = PartProps & {
  readonly name: string
  readonly note?: string
  readonly isProse?: boolean
}

/** What is shut at first: its name, its size and its first line. */
export function Fold({ isOpen, onFlip, text, words, name, note = '', isProse }: FoldProps) {
  const hasFound = words !== '' && text.toLowerCase().includes(words.toLowerCase())
  return (
    <div className="min-w-0">
      <Flip isOpen={isOpen} onFlip={onFlip}>
        <span className="shrink-0 font-semibold">{name}</span>
        <span className="shrink-0 text-quiet">{grouped(text.length)} characters</span>
        {hasFound && !isOpen && <mark className="shrink-0">found in it</mark>}
        {!isOpen && (
          <bdi className="min-w-0 truncate font-mono text-small text-quiet">
            {text === '' ? '' : lineOf(text.trimStart(), 160)}
          </bdi>
        )}
      </Flip>
      {isOpen && (
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys.
          tabIndex={0}
          className={classes(
            'mt-1 max-h-96 max-w-[110ch] overflow-auto rounded bg-raised px-3 py-2 text-small',
            isProse ? 'font-sans whitespace-pre-wrap' : 'font-mono',
          )}
        >
          <Still text={clip(text, openCharacters)} words={words} />
        </pre>
      )}
      {isOpen && <Cut length={text.length} />}
      {note !== '' && <p className="text-small text-warn">{note}</p>}
    </div>
  )
}

const Cut = ({ length }: { readonly length: number }) =>
  length > openCharacters && (
    <p className="text-small text-quiet">
      These are the first {grouped(openCharacters)} of {grouped(length)} characters.
    </p>
  )

type FlipProps = {
  readonly isOpen: boolean
  readonly onFlip: () => void
  readonly children: ReactNode
}

const Flip = ({ isOpen, onFlip, children }: FlipProps) => (
  <button
    type="button"
    aria-expanded={isOpen}
    onClick={onFlip}
    className="flex min-h-6 max-w-full items-baseline gap-2 rounded text-left hover:bg-hover"
  >
    <span aria-hidden="true" className="w-3 shrink-0 text-quiet">
      {isOpen ? '▾' : '▸'}
    </span>
    {children}
  </button>
)
