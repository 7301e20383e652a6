import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { askDetermination, sayOfDetermination } from '../../api/engagements.ts'
import { saysOf } from '../../api/problem.ts'
import { determinationsQuery } from '../../api/queries.ts'
import type { Determination, Engagement } from '../../api/types.ts'
import { lineOf, Prose } from '../../parts/outside-text.tsx'
import { AskOnce } from '../../ui/ask-once.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice, ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { complain, said } from '../../ui/toast.tsx'
import { When } from '../../ui/when.tsx'
import { NameVerdict, StatePosition } from './determination-dialogs.tsx'

type OfEngagement = { readonly engagement: Engagement }

/** Whether the model is covered: the developer's question, and what each says to it. */
export function Determinations({ engagement }: OfEngagement) {
  const { data, error, refetch } = useQuery(determinationsQuery(engagement.id))
  const readAgain = useReadAgain(engagement.id)
  const ask = (): void =>
    void askDetermination(engagement.id).then(
      async () => {
        await readAgain()
        said('Asked. Nothing about a release follows from any answer.')
      },
      (refused: unknown) => complain(saysOf(refused)),
    )
  return (
    <Section
      title="Is it a covered frontier model?"
      beside={
        engagement.side === 'developer' && <Button onClick={ask}>Ask whether it is covered</Button>
      }
    >
      <p className="max-w-[65ch] text-quiet">
        A developer may ask; nothing makes it. Whatever is answered, nothing about a release follows
        from it.
      </p>
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      <ul>
        {data?.items.map((one) => (
          <li key={one.id} className="border-t border-rule py-2">
            <Question {...{ engagement, readAgain }} found={one} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

const useReadAgain = (id: string) => {
  const queries = useQueryClient()
  return async (): Promise<void> => {
    const keys = ['determinations', 'engagement-events']
    await Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key, id] })))
  }
}

type QuestionProps = OfEngagement & {
  readonly found: Determination
  readonly readAgain: () => Promise<void>
}

function Question({ engagement, found, readAgain }: QuestionProps) {
  const { askedAt, takenBackAt, verdicts, authority, developer, isDisagreed } = found
  const { names } = engagement
  return (
    <>
      <p>
        {lineOf(engagement.developer.name, 60)} asked <When at={askedAt} />.
        {takenBackAt !== null && (
          <>
            {' '}
            – Taken back <When at={takenBackAt} />.
          </>
        )}
      </p>
      {isDisagreed && (
        <Notice tone="warn">
          They say different things. Both stand as they were said; that settles nothing.
        </Notice>
      )}
      <div className="mt-1 grid gap-x-6 rail:grid-cols-2">
        <Said title="The authority says" all={authority} names={names} />
        <Said title="The developer says" all={developer} names={names} />
      </div>
      <Verdicts verdicts={verdicts} />
      {takenBackAt === null && <QuestionActs {...{ engagement, found, readAgain }} />}
    </>
  )
}

type SaidProps = Pick<Engagement, 'names'> & {
  readonly title: string
  readonly all: Determination['authority']
}

/** What one of them says now, and what it said before. */
function Said({ title, all, names }: SaidProps) {
  const newest = all.at(-1)
  const earlier = all.slice(0, -1).toReversed()
  const one = (statement: SaidProps['all'][number]) => (
    <>
      <p>
        <strong>{statement.position}</strong>{' '}
        <span className="text-quiet">
          {lineOf(names[statement.by] ?? statement.by, 60)}, <When at={statement.at} />
        </span>
      </p>
      <Prose text={statement.text} />
    </>
  )
  return (
    <dl className="py-1">
      <dt className="text-quiet">{title}</dt>
      <dd>{newest === undefined ? <p>Nothing yet.</p> : one(newest)}</dd>
      {earlier.length > 0 && (
        <dd>
          <details>
            <summary className="text-quiet">What it said before ({earlier.length})</summary>
            {earlier.map((statement) => (
              <div key={statement.at}>{one(statement)}</div>
            ))}
          </details>
        </dd>
      )}
    </dl>
  )
}

const Verdicts = ({ verdicts }: Pick<Determination, 'verdicts'>) => (
  <>
    <p className="mt-1 text-quiet">
      {verdicts.length === 0 ? 'No verdict is named yet.' : 'Verdicts that are named:'}
    </p>
    <ul>
      {verdicts.map((one) => (
        <li key={one.id} className="py-1">
          <strong>{one.word}</strong>{' '}
          <span className="wrap-anywhere">{lineOf(one.wording, 500)}</span>
          <span className="block font-mono text-small text-quiet wrap-anywhere">
            {one.id}
            <br />
            Declaration {one.declarationSha256}
            <br />
            Results {one.resultsSha256}
          </span>
        </li>
      ))}
    </ul>
  </>
)

function QuestionActs({ engagement, found, readAgain }: QuestionProps) {
  const [asked, setAsked] = useState<'state' | 'verdict' | 'take-back' | null>(null)
  const close = (): void => setAsked(null)
  const isDeveloper = engagement.side === 'developer'
  const props = { found, onChanged: readAgain, onClose: close }
  return (
    <div className="mt-1 flex flex-wrap gap-2">
      <Button onClick={() => setAsked('state')}>
        {isDeveloper ? 'Say what you think' : 'Say what the authority decided'}
      </Button>
      {isDeveloper ? (
        <Button onClick={() => setAsked('take-back')}>Take the question back</Button>
      ) : (
        <Button onClick={() => setAsked('verdict')}>Name a verdict</Button>
      )}
      {asked === 'state' && <StatePosition {...props} side={engagement.side} />}
      {asked === 'verdict' && <NameVerdict {...props} />}
      {asked === 'take-back' && (
        <AskOnce
          title="Take the question back?"
          about="What was said stays; nobody adds to it. You can ask again."
          does="Take it back"
          keeps="Keep it"
          run={async () => {
            await sayOfDetermination(found.id, { kind: 'take-back' })
            await readAgain()
            said('The question is taken back.')
          }}
          onClose={close}
        />
      )}
    </div>
  )
}
