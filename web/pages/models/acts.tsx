import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { saysOf } from '../../api/problem.ts'
import type { Engagement } from '../../api/types.ts'
import { useKeys } from '../../app/keys.ts'
import { AskOnce } from '../../ui/ask-once.tsx'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/section.tsx'
import { complain, said, undoLast } from '../../ui/toast.tsx'
import { AcceptDialog } from './accept.tsx'
import { ExtendDialog, PlanDialog } from './moment-dialogs.tsx'
import { type OnceAct, onceWords } from './once-words.ts'
import { useSay } from './use-say.ts'

type OfEngagement = { readonly engagement: Engagement }
type Asked = OnceAct | 'accept' | 'extend' | 'plan-release'

/** What the developer leaves with at once, in each state; null where nothing of it goes on. */
function leavingOf({ side, mayDo }: Engagement): OnceAct | null {
  if (side !== 'developer') return null
  if (mayDo.includes('end')) return 'end'
  return mayDo.includes('withdraw') ? 'withdraw' : null
}

/** Always in sight of the developer: one button, one confirmation, no reason. */
export function LeaveButton({ engagement }: OfEngagement) {
  const [isAsked, setIsAsked] = useState(false)
  const leaving = leavingOf(engagement)
  useKeys('Model', [
    { keys: ['u'], does: 'undo the last thing', run: undoLast },
    { keys: ['x'], does: 'leave at once', run: () => setIsAsked(true), isOff: leaving === null },
  ])
  if (leaving === null) return null
  return (
    <>
      <Button look="danger" hint="x" onClick={() => setIsAsked(true)}>
        Leave now
      </Button>
      {isAsked && <Once {...{ engagement }} act={leaving} onClose={() => setIsAsked(false)} />}
    </>
  )
}

/** What may be said now, each as a button: exactly what the server offers. */
export function Acts({ engagement }: OfEngagement) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const { mayDo } = engagement
  const close = (): void => setAsked(null)
  const ask = (act: Asked, words: string, look?: 'main' | 'danger') =>
    mayDo.includes(act) && (
      <Button key={act} {...(look && { look })} onClick={() => setAsked(act)}>
        {words}
      </Button>
    )
  return (
    <Section title="What you can say now">
      <div className="flex flex-wrap gap-2">
        <Answering engagement={engagement} ask={ask} />
        <Holding engagement={engagement} />
        <Forms engagement={engagement} />
        {ask('extend', 'Let it go on longer')}
        {ask('leave', 'Leave', 'danger')}
        {engagement.mayDo.includes('end') && ask('withdraw', 'Withdraw the model', 'danger')}
      </div>
      <ReleaseActs engagement={engagement} ask={ask} />
      {asked === 'accept' && <AcceptDialog {...{ engagement }} onClose={close} />}
      {asked === 'extend' && <ExtendDialog {...{ engagement }} onClose={close} />}
      {asked === 'plan-release' && <PlanDialog {...{ engagement }} onClose={close} />}
      {asked !== null && asked in onceWords && isOnce(asked) && (
        <Once {...{ engagement }} act={asked} onClose={close} />
      )}
    </Section>
  )
}

const isOnce = (act: Asked): act is OnceAct => Object.hasOwn(onceWords, act)

type AskProps = OfEngagement & {
  readonly ask: (act: Asked, words: string, look?: 'main' | 'danger') => ReactNode
}

const Answering = ({ engagement: { waitsFor, side }, ask }: AskProps) => (
  <>
    {ask('accept', 'Accept…', ...(waitsFor === side ? (['main'] as const) : []))}
    {ask('decline', 'Decline', 'danger')}
  </>
)

/** The release is the developer's alone: a plan and a fact, asked of nobody. */
function ReleaseActs({ engagement: { mayDo, releasedAt }, ask }: AskProps) {
  if (!mayDo.includes('release')) return null
  return (
    <div className="mt-3 flex flex-wrap items-center gap-2">
      {ask('plan-release', 'Change the planned release')}
      {releasedAt === null && ask('release', 'It is released')}
      <span className="text-quiet">
        Facts that you state. Nothing here answers them, and nothing waits for them.
      </span>
    </div>
  )
}

/** Pausing is undone as it was done: with a button, or `u`. */
function Holding({ engagement }: OfEngagement) {
  const say = useSay(engagement)
  const { pausedAt, mayDo } = engagement
  const kind = pausedAt === null ? 'pause' : 'resume'
  if (!mayDo.includes(kind)) return null
  const undoing = kind === 'pause' ? 'resume' : 'pause'
  const run = async (): Promise<void> => {
    try {
      await say({ kind })
      said(kind === 'pause' ? 'Paused: nothing is asked of it.' : 'It goes on.', () => {
        say({ kind: undoing }).catch((error: unknown) => complain(saysOf(error)))
      })
    } catch (error) {
      complain(saysOf(error))
    }
  }
  return <Button onClick={() => void run()}>{kind === 'pause' ? 'Pause' : 'Go on'}</Button>
}

function Forms({ engagement: { id, mayDo } }: OfEngagement) {
  const navigate = useNavigate()
  const open = (form: 'counter' | 'narrow'): void =>
    void navigate({ to: '/models/$id', params: { id }, search: { form } })
  return (
    <>
      {mayDo.includes('counter') && (
        <Button onClick={() => open('counter')}>Propose something else</Button>
      )}
      {mayDo.includes('narrow') && (
        <Button onClick={() => open('narrow')}>Take something back</Button>
      )}
    </>
  )
}

type OnceProps = OfEngagement & { readonly act: OnceAct; readonly onClose: () => void }

/** Asks once, with the effect spelled out; the developer's word needs no reason. */
function Once({ engagement, act, onClose }: OnceProps) {
  const say = useSay(engagement)
  const words = onceWords[act]
  const about = words.about(engagement)
  return (
    <AskOnce
      title={words.title}
      about={about}
      does={words.does}
      keeps={words.keeps}
      run={async () => {
        await say({ kind: act })
        said(words.done)
      }}
      onClose={onClose}
    />
  )
}
