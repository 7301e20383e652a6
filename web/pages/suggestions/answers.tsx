import type { Suggestion } from '../../api/types.ts'
import { type KeyBinding, useKeys } from '../../app/keys.ts'
import { caseName } from '../../parts/case-name.ts'
import { Button } from '../../ui/button.tsx'
import type { Answer, Decided } from './deck.ts'

type AnswersProps = {
  readonly front: Suggestion | undefined
  readonly last: Decided | undefined
  readonly hasMore: boolean
  readonly onDecide: (answer: Answer) => void
  readonly onUndo: () => void
  readonly onMove: (by: 1 | -1) => void
}

const answerKeys: readonly (readonly [key: string, answer: Answer])[] = [
  ['y', 'yes'],
  ['n', 'no'],
  ['u', 'unsure'],
]

const says = {
  merge: { yes: 'Yes, one', no: 'No, two', unsure: 'Unsure' },
  split: { yes: 'Yes, split', no: 'No, one', unsure: 'Unsure' },
  link: { yes: 'Yes, relate them', no: 'No', unsure: 'Unsure' },
} as const

/** The answers, always in the same place, with the last one and the way back beside them. */
export function Answers({ front, last, hasMore, onDecide, onUndo, onMove }: AnswersProps) {
  const isOff = front === undefined
  const bindings: KeyBinding[] = answerKeys.map(([key, answer]) => ({
    keys: [key],
    does: `answer: ${answer}`,
    isOff,
    run: ({ repeat }) => {
      // A key held down would answer what nobody has seen.
      if (!repeat) onDecide(answer)
    },
  }))
  useKeys('Suggestions', [
    ...bindings,
    { keys: ['z'], does: 'take the last answer back', isOff: last === undefined, run: onUndo },
    { keys: ['j'], does: 'skip', isOff: !hasMore, run: () => onMove(1) },
    { keys: ['k'], does: 'back to the one skipped before', isOff: !hasMore, run: () => onMove(-1) },
  ])
  const words = says[front?.kind ?? 'merge']
  return (
    <section
      aria-label="Answer"
      className="shrink-0 border-t border-rule bg-raised px-4 py-2 max-rail:px-2"
    >
      <div className="mx-auto flex max-w-[1180px] flex-wrap items-center gap-2">
        {answerKeys.map(([key, answer]) => (
          <Button
            key={key}
            look={answer === 'yes' ? 'main' : 'plain'}
            hint={key}
            disabled={isOff}
            onClick={() => onDecide(answer)}
          >
            {words[answer]}
          </Button>
        ))}
        <Button look="quiet" hint="j" disabled={!hasMore} onClick={() => onMove(1)}>
          Skip
        </Button>
        <div className="flex min-h-7 min-w-0 grow items-center justify-end gap-2 max-rail:w-full max-rail:justify-between">
          <span role="status" className="min-w-0 truncate text-quiet">
            {last === undefined ? 'No answer yet' : lastWords(last)}
          </span>
          <Button look="quiet" hint="z" disabled={last === undefined} onClick={onUndo}>
            Undo
          </Button>
        </div>
      </div>
    </section>
  )
}

function lastWords({ suggestion: { kind, a, b }, answer }: Decided): string {
  const [one, other] = [`${caseName(a.case.id)}`, `${caseName(b.case.id)}`]
  if (answer === 'unsure') return `${one} and ${other}: left to somebody else`
  if (kind === 'link') return `${one} and ${other}: ${answer === 'yes' ? 'related' : 'not related'}`
  if (kind === 'split') return answer === 'yes' ? `${one}: split` : `${one}: stays one`
  return answer === 'yes' ? `${one} and ${other}: merged` : `${one} and ${other}: kept apart`
}
