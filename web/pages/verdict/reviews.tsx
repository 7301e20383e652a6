import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { reviewRun } from '../../api/results.ts'
import type { Run, SampleReview } from '../../api/types.ts'
import { lineOf, Prose } from '../../parts/outside-text.tsx'
import { Person } from '../../parts/runs/person.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { When } from '../../ui/when.tsx'
import { reviewsQuery } from './queries.ts'
import { SampleLink } from './sample-link.tsx'
import { Say, useSide } from './say.tsx'

/** What reviewers think of transcripts, and what people decided about what they flagged. */
export function Reviews({ run }: { readonly run: Run }) {
  const queries = useQueryClient()
  const side = useSide(run)
  const { data, error, refetch } = useQuery(reviewsQuery(run.id))
  const say = async (saying: Parameters<typeof reviewRun>[1]): Promise<void> => {
    queries.setQueryData(reviewsQuery(run.id).queryKey, await reviewRun(run.id, saying))
  }
  return (
    <Section title="Reviewers">
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {data?.items.length === 0 && <p className="text-quiet">No transcript was remarked on.</p>}
      <ul>
        {data?.items.map((review) => (
          <Review
            key={`${review.sample.task} ${review.sample.epoch}`}
            {...{ run, review, say }}
            mayDecide={side === 'evaluator'}
          />
        ))}
      </ul>
      {data?.notes.map(({ at, person, text }) => (
        <div key={at} className="border-t border-rule py-1">
          <p className="text-quiet">
            Note by <Person id={person} />, <When at={at} />
          </p>
          <Prose text={text} />
        </div>
      ))}
      {side === 'evaluator' && (
        <Say
          summary="Add a note"
          label="Note"
          about="The developer reads it too."
          does="Add the note"
          run={(text) => say({ kind: 'note', text })}
        />
      )}
    </Section>
  )
}

const states = {
  unflagged: { word: '– Not flagged', tone: 'text-quiet' },
  flagged: { word: '! Flagged: a person decides', tone: 'text-warn' },
  kept: { word: '● Kept', tone: 'text-good' },
  'set-aside': { word: '■ Set aside', tone: 'text-text' },
} as const

type ReviewProps = {
  readonly run: Run
  readonly review: SampleReview
  readonly mayDecide: boolean
  readonly say: (saying: Parameters<typeof reviewRun>[1]) => Promise<void>
}

function Review({ run, review, mayDecide, say }: ReviewProps) {
  const { sample, state, opinions, decisions } = review
  return (
    <li className="border-t border-rule py-1.5">
      <p className="flex flex-wrap gap-x-4">
        <SampleLink run={run.id} sample={sample} />
        <span className={states[state].tone}>{states[state].word}</span>
      </p>
      {opinions.map(({ reviewer, isPerson, confidence, note, at }) => (
        <p key={`${reviewer} ${at}`} className="max-w-[75ch] wrap-anywhere">
          <span className="text-quiet">
            {isPerson ? <Person id={reviewer} /> : lineOf(reviewer, 100)}, sure {confidence} of 10:
          </span>{' '}
          {lineOf(note, 2_000)}
        </p>
      ))}
      {decisions.map(({ is, by, reason, at }) => (
        <p key={at} className="max-w-[75ch] wrap-anywhere">
          <span className="text-quiet">
            <Person id={by} />, <When at={at} />, {is === 'kept' ? 'kept it' : 'set it aside'}:
          </span>{' '}
          {lineOf(reason, 2_000)}
        </p>
      ))}
      {mayDecide && state === 'flagged' && <Decide sample={sample} say={say} />}
    </li>
  )
}

function Decide({ sample, say }: Pick<SampleReview, 'sample'> & Pick<ReviewProps, 'say'>) {
  const [is, setIs] = useState<'kept' | 'set-aside'>('kept')
  return (
    <Say
      summary="Decide"
      label="Why"
      about="The developer reads it. A sample that is set aside counts as missing."
      does={is === 'kept' ? 'Keep it' : 'Set it aside'}
      run={(reason) => say({ kind: 'decision', sample, is, reason })}
    >
      <fieldset className="flex gap-4">
        <legend className="spoken">Decision</legend>
        {(['kept', 'set-aside'] as const).map((one) => (
          <label key={one} className="flex items-center gap-2">
            <input
              type="radio"
              name={`decision ${sample.task} ${sample.epoch}`}
              checked={is === one}
              onChange={() => setIs(one)}
            />
            {one === 'kept' ? 'Its judgement counts' : 'Set it aside'}
          </label>
        ))}
      </fieldset>
    </Say>
  )
}
