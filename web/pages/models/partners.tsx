import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { sayOfPartner } from '../../api/engagements.ts'
import { saysOf } from '../../api/problem.ts'
import { partnersQuery } from '../../api/queries.ts'
import type { Engagement, Partner, PartnerAct } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { PartnerFacts } from '../../parts/partner-facts.tsx'
import { Occurrences, TellOccurrence } from '../../parts/partner-occurrences.tsx'
import { AskOnce } from '../../ui/ask-once.tsx'
import { Button } from '../../ui/button.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { complain, said } from '../../ui/toast.tsx'
import { NamePartner, NameUsers } from './partner-dialogs.tsx'

type OfEngagement = { readonly engagement: Engagement }

/** Who may have the model before the public does: named by either side, started by the developer. */
export function Partners({ engagement }: OfEngagement) {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(
    partnersQuery(engagement.id),
  )
  const items = data?.pages.flatMap((page) => page.items)
  const [isNaming, setIsNaming] = useState(false)
  const readAgain = useReadAgain(engagement.id)
  return (
    <Section
      title="Trusted partners"
      beside={<Button onClick={() => setIsNaming(true)}>Name a partner</Button>}
    >
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {items?.length === 0 && (
        <p className="max-w-[65ch] text-quiet">
          None. Organisations that defend or look after what many depend on may have the model
          before the public does. Either side names one, and both agree on whom; the developer
          starts it whenever it says so, agreed or not, because that is the release.
        </p>
      )}
      <ul>
        {items?.map((partner) => (
          <li key={partner.id} className="border-t border-rule py-2 first:border-t-0">
            <PartnerFacts partner={partner} />
            <PartnerActs {...{ engagement, partner, readAgain }} />
            <Occurrences partner={partner} onChanged={readAgain} />
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button className="mt-2" onClick={() => void fetchNextPage()}>
          Show earlier ones
        </Button>
      )}
      {isNaming && (
        <NamePartner
          engagement={engagement}
          onChanged={readAgain}
          onClose={() => setIsNaming(false)}
        />
      )}
    </Section>
  )
}

/** What is said of a partner may be a release, which the whole page shows. */
const useReadAgain = (id: string) => {
  const queries = useQueryClient()
  return async (): Promise<void> => {
    const keys = ['partners', 'engagement', 'engagement-events']
    await Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key, id] })))
  }
}

type ActsProps = OfEngagement & {
  readonly partner: Partner
  readonly readAgain: () => Promise<void>
}

type Asked = 'start' | 'end' | 'users' | 'occurrence'

function PartnerActs({ engagement, partner, readAgain }: ActsProps) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const close = (): void => setAsked(null)
  const { state, agreedBy, rule, isReviewedWithAuthority } = partner
  const { side } = engagement
  const isDeveloper = side === 'developer'
  const say = async (act: PartnerAct): Promise<void> => {
    await sayOfPartner(partner.id, act)
    await readAgain()
  }
  const now = (act: PartnerAct, done: string) => () =>
    void say(act).then(
      () => said(done),
      (error: unknown) => complain(saysOf(error)),
    )
  const isOver = state === 'ended'
  return (
    <>
      <p className="text-quiet">
        {agreedWords(partner, engagement)} {rule.isReviewed && reviewedWords(partner)}
      </p>
      <div className="mt-1 flex flex-wrap gap-2">
        {!isOver && !agreedBy.includes(side) && (
          <Button onClick={now({ kind: 'agree' }, 'You agreed to it.')}>Agree to it</Button>
        )}
        {!isOver && state !== 'started' && isDeveloper && (
          <Button onClick={() => setAsked('start')}>Start it…</Button>
        )}
        {!isOver && isDeveloper && (
          <Button onClick={() => setAsked('users')}>Name its people</Button>
        )}
        {!isOver && rule.isReviewed && !isReviewedWithAuthority && (
          <Button onClick={now({ kind: 'review' }, 'Written down: it was looked at together.')}>
            Looked at with the authority
          </Button>
        )}
        <Button onClick={() => setAsked('occurrence')}>Something happened</Button>
        {!isOver && (isDeveloper || state !== 'started') && (
          <Button look="danger" onClick={() => setAsked('end')}>
            End it
          </Button>
        )}
      </div>
      <Confirm {...{ engagement, partner, asked, say }} onClose={close} />
      {asked === 'users' && <NameUsers {...{ partner }} onChanged={readAgain} onClose={close} />}
      {asked === 'occurrence' && (
        <TellOccurrence {...{ partner }} onChanged={readAgain} onClose={close} />
      )}
    </>
  )
}

function agreedWords({ agreedBy, state }: Partner, engagement: Engagement): ReactNode {
  const names = agreedBy.map((side) => lineOf(engagement[side].name, 60)).join(' and ')
  if (agreedBy.length === 2) return `${names} agreed to it.`
  const waits = agreedBy.includes('developer') ? 'evaluator' : 'developer'
  const open =
    state === 'ended' ? '' : ` Waits for the word of ${lineOf(engagement[waits].name, 60)}.`
  return `Named by ${names}.${open}`
}

const reviewedWords = ({ isReviewedWithAuthority }: Partner): string =>
  isReviewedWithAuthority
    ? 'It was looked at together with the authority.'
    : 'Organisations of this kind are looked at together with the authority.'

type ConfirmProps = OfEngagement & {
  readonly partner: Partner
  readonly asked: Asked | null
  readonly say: (act: PartnerAct) => Promise<void>
  readonly onClose: () => void
}

/** Starting a partner is the release; ending one is at once. */
function Confirm({ engagement, partner, asked, say, onClose }: ConfirmProps) {
  const { evaluator, releasedAt, agreed, state } = engagement
  const name = lineOf(partner.organisation, 60)
  if (asked === 'start') {
    const isEnding = state === 'agreed' && agreed?.endsWithRelease === true
    const follows = isEnding
      ? ` The window of ${lineOf(evaluator.name, 60)} ends with it, now, unless you let it go on longer first.`
      : ''
    return (
      <AskOnce
        title={`Start ${name}?`}
        about={
          releasedAt === null
            ? `From this second its named people may have the model. That is the release: it is written down as a fact, and nobody answers it.${follows}`
            : 'From this second its named people may have the model. It was released before; nothing else follows.'
        }
        does={releasedAt === null ? 'Start it: it is released' : 'Start it'}
        keeps="Not yet"
        run={async () => {
          await say({ kind: 'start' })
          said(`${name} has the model.`)
        }}
        onClose={onClose}
      />
    )
  }
  if (asked !== 'end') return null
  return (
    <AskOnce
      title={`End ${name}?`}
      about="Its people may have the model no more from this second on. This cannot be undone; it can be named again."
      does="End it"
      keeps="Keep it"
      run={async () => {
        await say({ kind: 'end' })
        said(`${name} is over.`)
      }}
      onClose={onClose}
    />
  )
}
