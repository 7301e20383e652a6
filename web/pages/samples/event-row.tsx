import { memo, type ReactNode } from 'react'
import type { TranscriptEvent } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { lastingOf, moneyOf } from '../../parts/runs/money.ts'
import { classes } from '../../ui/classes.ts'
import { grouped } from '../../ui/words.ts'
import { Fold, Text } from './fold.tsx'
import { isFlagged } from './seek.ts'

export type Folding = {
  /** Parts that are open, each `PLACE PART`, separated by commas: one text, so that rows compare. */
  readonly open: string
  readonly onFlip: (n: number, part: string) => void
}

export type RowProps = Folding & {
  readonly n: number
  readonly total: number
  readonly event: TranscriptEvent | null
  readonly isCursor: boolean
  readonly words: string
  readonly onPoint: (n: number) => void
}

const names: Readonly<Record<TranscriptEvent['is'], string>> = {
  ...{ system: 'System', user: 'User', assistant: 'Model', tool: 'Output', usage: 'Used' },
  ...{ limit: 'Limit', error: 'Error', retry: 'Retry', verifier: 'Verifier', note: 'Note' },
}

/** What an event is called where it is told of. */
export const eventName = ({ is }: TranscriptEvent): string => names[is]

/** One event with its place, its time, and who it is from. */
export const EventRow = memo(function EventRow(props: RowProps) {
  const { n, total, event, isCursor, onPoint } = props
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: j and k move the cursor as a click does.
    <li
      aria-setsize={total}
      aria-posinset={n + 1}
      aria-current={isCursor ? 'true' : undefined}
      onClick={() => onPoint(n)}
      className={classes(
        'min-h-10 gap-x-3 border-t border-rule py-2 pr-3 rail:grid',
        'border-l-2 pl-2 rail:grid-cols-[12.5rem_minmax(0,1fr)]',
        isCursor ? 'border-l-accent bg-chosen' : 'border-l-transparent',
      )}
    >
      <Side n={n} event={event} />
      {event === null ? (
        <p className="text-quiet">Reading…</p>
      ) : (
        <div className="min-w-0 space-y-1.5">
          <Content {...props} event={event} />
        </div>
      )}
    </li>
  )
})

function Side({ n, event }: { readonly n: number; readonly event: TranscriptEvent | null }) {
  return (
    <p className="flex items-baseline gap-x-3 text-small text-quiet">
      <span className="min-w-12 text-right">{grouped(n)}</span>
      {event !== null && (
        <>
          <time dateTime={event.at} title={event.at}>
            {event.at.slice(11, 19)}
          </time>
          <strong
            className={classes(
              'w-full font-semibold',
              isFlagged(event) ? 'text-warn' : 'text-text',
            )}
          >
            {isFlagged(event) && '! '}
            {names[event.is]}
          </strong>
        </>
      )}
    </p>
  )
}

type ContentProps = RowProps & { readonly event: TranscriptEvent }

function Content(props: ContentProps): ReactNode {
  const { event } = props
  switch (event.is) {
    case 'system':
    case 'user':
    case 'note':
      return <Text {...partOf(props, 'text')} text={event.text} />
    case 'assistant':
      return <Said {...props} event={event} />
    case 'tool':
      return (
        <Fold
          {...partOf(props, 'output')}
          name={`Output of ${lineOf(event.tool, 60)}`}
          text={event.output}
          note={event.truncated ? 'The model was shown no more than this.' : ''}
        />
      )
    case 'usage':
      return <Used event={event} />
    default:
      return <p className="max-w-[75ch] wrap-anywhere">{wordsOf(event)}</p>
  }
}

/** What the parts of a row have of it. */
const partOf = ({ n, open, onFlip, words }: ContentProps, part: string) => ({
  isOpen: open.split(',').includes(part),
  onFlip: () => onFlip(n, part),
  words,
})

type SaidProps = ContentProps & { readonly event: Extract<TranscriptEvent, { is: 'assistant' }> }

/** What a model thought, as far as it shows that, said, and wants done. */
function Said(props: SaidProps) {
  const { reasoning = '', text, calls } = props.event
  return (
    <>
      {reasoning !== '' && (
        <div className="border-l-2 border-rule pl-3 text-quiet">
          <Fold {...partOf(props, 'reasoning')} name="Reasoning" text={reasoning} isProse />
        </div>
      )}
      {text !== '' && <Text {...partOf(props, 'text')} text={text} />}
      {calls.map(({ tool, input }, at) => (
        <Fold
          // biome-ignore lint/suspicious/noArrayIndexKey: models give two calls one name.
          key={at}
          {...partOf(props, `call${at}`)}
          name={`Calls ${lineOf(tool, 60)}`}
          text={input}
        />
      ))}
      {reasoning === '' && text === '' && calls.length === 0 && (
        <p className="text-quiet">It said nothing.</p>
      )}
    </>
  )
}

const doubts = {
  missing: 'The endpoint did not say what was used; it was counted here.',
  malformed: 'What the endpoint said of it could not be read; it was counted here.',
  'too-low': 'The endpoint said less than what passed.',
  'too-high': 'The endpoint said more than what passed.',
} as const

function Used({ event }: { readonly event: Extract<TranscriptEvent, { is: 'usage' }> }) {
  const { input, output, microUsd, stop, doubt } = event
  return (
    <p className="flex flex-wrap gap-x-4 text-quiet">
      <span>{grouped(input)} tokens in</span>
      <span>{grouped(output)} out</span>
      <span>{moneyOf(microUsd)}</span>
      {stop !== null && <span>ended: {lineOf(stop, 60)}</span>}
      {doubt !== null && <strong className="text-warn">{doubts[doubt]}</strong>}
    </p>
  )
}

type Plain = Extract<TranscriptEvent, { is: 'limit' | 'error' | 'retry' | 'verifier' }>

const limits = { tokens: 'tokens', turns: 'turns', time: 'time', cost: 'money' } as const

function wordsOf(event: Plain): string {
  switch (event.is) {
    case 'limit':
      return `The limit of ${limits[event.limit]} was reached: ${mostOf(event)}.`
    case 'error':
      return `${lineOf(event.code, 100)}: ${lineOf(event.why, 2_000)}`
    case 'retry':
      return `Asked again after ${lastingOf(event.waitMs)}: ${lineOf(event.why, 2_000)}`
    case 'verifier': {
      const gave = event.reward === null ? 'It gave no reward' : `Reward ${event.reward}`
      return event.why === null ? `${gave}.` : `${gave}: ${lineOf(event.why, 2_000)}`
    }
  }
}

function mostOf({ limit, most }: Extract<Plain, { is: 'limit' }>): string {
  if (limit === 'time') return lastingOf(most)
  return limit === 'cost' ? moneyOf(most) : grouped(most)
}
