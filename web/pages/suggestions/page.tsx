import { Link } from '@tanstack/react-router'
import { Held } from '../../parts/held.tsx'
import { tlpOrder } from '../../parts/label.tsx'
import { Empty, ReadFailed } from '../../ui/notice.tsx'
import { PageHead } from '../../ui/page-head.tsx'
import { counted, grouped } from '../../ui/words.ts'
import { Answers } from './answers.tsx'
import { frontOf } from './deck.ts'
import { paceOf, paceWords } from './pace.ts'
import { Question } from './question.tsx'
import { useDeck } from './use-deck.ts'

type Tlp = (typeof tlpOrder)[number]
const stricterOf = (one: Tlp, other: Tlp): Tlp =>
  tlpOrder.indexOf(one) > tlpOrder.indexOf(other) ? one : other

/** One decision after the other: are these two one vulnerability? */
export function SuggestionsPage() {
  const { deck, reading, counts, times, decide, undo, step, readAgain } = useDeck()
  const front = frontOf(deck)
  const left = counts?.open ?? 0
  const pace = paceWords(paceOf(times), left)
  return (
    <>
      <PageHead
        title="Suggestions"
        about={
          <span role="status">
            {counts === null
              ? 'Reading…'
              : `${grouped(left)} left, ${grouped(counts.today)} decided today`}
            {pace !== '' && `. Pace ${pace}`}
          </span>
        }
      />
      <div
        data-scroll
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys.
        tabIndex={0}
        className="min-h-0 grow overflow-y-auto px-4 pb-8 -outline-offset-2"
      >
        {reading.state === 'failed' && <ReadFailed error={reading.error} retry={readAgain} />}
        {front && (
          <Held tlp={stricterOf(front.a.case.label.tlp, front.b.case.label.tlp)}>
            <Question
              key={front.id}
              suggestion={front}
              isStale={deck.isStale}
              onDrop={() => step({ do: 'drop', id: front.id })}
            />
          </Held>
        )}
        {!front && reading.state === 'reading' && <p className="text-quiet">Reading…</p>}
        {!front && reading.state === 'read' && <AllDone count={deck.decided.length} />}
      </div>
      <Answers
        front={front}
        last={deck.decided.at(-1)}
        hasMore={deck.open.length > 1}
        onDecide={decide}
        onUndo={undo}
        onMove={(by) => step({ do: 'move', by })}
      />
    </>
  )
}

function AllDone({ count }: { readonly count: number }) {
  return (
    <Empty title={count > 0 ? 'All decided' : 'Nothing to decide'}>
      <p>
        {count > 0 && `You answered ${counted(count, 'suggestion')}. `}
        Reports that are surely the same are merged without asking. Pairs that are probably the same
        come here, the closest first: you see both with what they share marked, and answer with{' '}
        <strong>y</strong>, <strong>n</strong> or <strong>u</strong>. Every answer can be taken back
        with <strong>z</strong>.
      </p>
      <p>
        New ones come with new reports.{' '}
        <Link to="/import" className="link">
          Hand in files
        </Link>{' '}
        or{' '}
        <Link to="/queue" search={{ status: 'open,waiting' }} className="link">
          go to the queue
        </Link>
        .
      </p>
    </Empty>
  )
}
