import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { acknowledgeReadIn } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import { ownReadInsQuery, readInPartQuery } from '../../api/queries.ts'
import type { OwnReadIn } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import {
  endingWords,
  paperWords,
  roleOfReadIn,
  stateWords,
  tierWords,
} from '../../parts/read-in-words.ts'
import { Button } from '../../ui/button.tsx'
import { Empty, Notice, ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { Section } from '../../ui/section.tsx'
import { said } from '../../ui/toast.tsx'
import { When } from '../../ui/when.tsx'
import { Shown } from './shown.tsx'

/** What somebody was read in to: what they may see, until when, and what comes first. */
export function ReadInsPage() {
  const { data: list, error, refetch } = useQuery(ownReadInsQuery)
  return (
    <>
      <PageHead
        title="My read-ins"
        about="Single cases that you see a part of, for a while. Each look is recorded."
      />
      <PageBody>
        {error && <ReadFailed error={error} retry={() => void refetch()} />}
        {list?.items.length === 0 && (
          <Empty title="You are read in to nothing">
            <p>
              When a case needs you, whoever coordinates it nominates you. Add a passkey on your
              Profile before: without one nobody is read in.
            </p>
          </Empty>
        )}
        <div className="max-w-[60rem]">
          {list?.items.map((one) => (
            <One key={one.id} readIn={one} />
          ))}
        </div>
      </PageBody>
    </>
  )
}

function One({ readIn }: { readonly readIn: OwnReadIn }) {
  const { tier, marking, state, opensAt, until, missing, endedAt, endedWhy } = readIn
  return (
    <Section
      title={`Tier ${tier} · TLP:${marking}`}
      beside={<strong className="font-semibold">{stateWords[state]}</strong>}
    >
      <div className="max-w-[75ch] space-y-2">
        <p>
          {tierWords[tier].sees}, to {roleOfReadIn[readIn.role]}, for{' '}
          {lineOf(readIn.organisation.name, 100)}.{readIn.isEmergency && ' An emergency.'}
        </p>
        {opensAt !== null && until !== null && state !== 'ended' && (
          <p className="text-quiet">
            Opens <When at={opensAt} />, ends <When at={until} /> at the latest.
          </p>
        )}
        {missing.length > 0 && <Notice tone="warn">Still missing: {missing.join('; ')}.</Notice>}
        {endedAt !== null && endedWhy !== null && (
          <p className="text-quiet">
            Ended <When at={endedAt} />: {endingWords[endedWhy]}. It shows nothing any more.
          </p>
        )}
        {readIn.acknowledgement && (
          <Acknowledge readIn={readIn} acknowledgement={readIn.acknowledgement} />
        )}
      </div>
      {state === 'acknowledged' && opensAt !== null && until !== null && (
        <Look id={readIn.id} tier={tier} opensAt={opensAt} until={until} />
      )}
    </Section>
  )
}

type AcknowledgeProps = {
  readonly readIn: OwnReadIn
  readonly acknowledgement: NonNullable<OwnReadIn['acknowledgement']>
}

function Acknowledge({ readIn, acknowledgement }: AcknowledgeProps) {
  const { text, digest, papers } = acknowledgement
  const queries = useQueryClient()
  const [agreed, setAgreed] = useState<ReadonlySet<string>>(new Set())
  const [problem, setProblem] = useState<string | null>(null)
  const acknowledge = async (): Promise<void> => {
    try {
      const all = papers.filter((paper) => agreed.has(paper))
      await acknowledgeReadIn(readIn.id, { digest, agreed: all })
      await queries.invalidateQueries({ queryKey: ownReadInsQuery.queryKey })
      said('You are read in.')
    } catch (error) {
      setProblem(saysOf(error))
    }
  }
  const toggle = (paper: string, isOn: boolean): void => {
    const next = new Set(agreed)
    if (isOn) next.add(paper)
    else next.delete(paper)
    setAgreed(next)
  }
  return (
    <div className="space-y-2 rounded-md border border-edge p-3">
      <p className="text-read whitespace-pre-line">{text}</p>
      {papers.map((paper) => (
        <label key={paper} className="flex gap-2">
          <input
            type="checkbox"
            checked={agreed.has(paper)}
            onChange={({ target }) => toggle(paper, target.checked)}
          />
          I agree to the paper on {paperWords[paper]}.
        </label>
      ))}
      {problem !== null && <Notice tone="danger">{problem}</Notice>}
      <Button look="main" onClick={() => void acknowledge()}>
        I acknowledge this
      </Button>
    </div>
  )
}

type LookProps = {
  readonly id: string
  readonly tier: OwnReadIn['tier']
  readonly opensAt: string
  readonly until: string
}

/** Asks before it looks, and takes away what it shows when the time is over. */
function Look({ id, tier, opensAt, until }: LookProps) {
  const [isWanted, setIsWanted] = useState(false)
  const now = useMoments([opensAt, until])
  const isOpen = Date.parse(opensAt) <= now && now < Date.parse(until)
  const part = useQuery({ ...readInPartQuery(id), enabled: isWanted && isOpen })
  if (!isOpen) {
    return <p className="text-quiet">{now < Date.parse(until) ? 'It is not open yet.' : 'Over.'}</p>
  }
  if (!isWanted) {
    return (
      <p className="mt-2">
        <Button look="main" onClick={() => setIsWanted(true)}>
          Show what I may see
        </Button>{' '}
        <span className="text-quiet">The look is recorded.</span>
      </p>
    )
  }
  // What was read before the end is not shown after it.
  if (part.error) return <ReadFailed error={part.error} />
  return part.data ? <Shown id={id} tier={tier} part={part.data} /> : null
}

/** The time, known anew at each of these moments. */
function useMoments(moments: readonly string[]): number {
  const [now, setNow] = useState(Date.now)
  const key = moments.join()
  useEffect(() => {
    const rest = key
      .split(',')
      .map((at) => Date.parse(at) - Date.now())
      .filter((ms) => ms > 0 && ms < 2 ** 31)
    const timers = rest.map((ms) => setTimeout(() => setNow(Date.now()), ms + 5))
    setNow(Date.now())
    return () => {
      for (const timer of timers) clearTimeout(timer)
    }
  }, [key])
  return now
}
