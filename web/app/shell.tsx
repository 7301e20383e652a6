import { useQuery } from '@tanstack/react-query'
import { Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { sessionQuery } from '../api/queries.ts'
import type { Permission, Session } from '../api/types.ts'
import { loadable, preloadWhenIdle } from '../ui/loadable.ts'
import { Empty } from '../ui/notice.tsx'
import { Opening } from '../ui/opening.tsx'
import { Toasts } from '../ui/toast.tsx'
import { Downloads } from './downloads.tsx'
import { Waiting } from './edges.tsx'
import { FactorGate, FactorNotice } from './factor-gate.tsx'
import { type KeyBinding, useKeys } from './keys.ts'
import { useLiveUpdates } from './live.ts'
import { isOpenBeforeAgreeing, missingFor, placesOf } from './places.ts'
import { Rail } from './rail.tsx'
import { StepUp } from './step-up.tsx'

// What lies above a page is loaded when it is first opened.
const keyHelp = loadable(() => import('./key-help.tsx'))
const palette = loadable(() => import('./palette.tsx'))
const AgreementGate = lazy(async () => {
  const { AgreementsPage } = await import('../pages/agreements/page.tsx')
  return { default: AgreementsPage }
})

/** The frame around every page: the rail, what is open above the page, and the keys for both. */
export function Shell() {
  const { data: session } = useQuery(sessionQuery)
  const [above, setAbove] = useState<AboveProps['what']>(null)
  const navigate = useNavigate()
  useLiveUpdates(session?.held === null)
  useEffect(preloadWhenIdle, [])
  const path = useLocation({ select: ({ pathname }) => pathname })
  const places = session ? placesOf(session) : []
  const goKeys: KeyBinding[] = places.map(({ path, search = {}, name, letter }) => ({
    keys: [`g ${letter}`],
    does: `go to ${name}`,
    run: () => void navigate({ to: path, search }),
  }))
  useKeys('Everywhere', [
    {
      keys: ['ctrl+k'],
      does: 'go anywhere: pages, cases, actions',
      inFields: true,
      run: () => setAbove('palette'),
    },
    { keys: ['?'], does: 'this list', run: () => setAbove('keys') },
    ...goKeys,
  ])
  if (session === undefined) return null
  const missing = missingFor(path, session)
  return (
    <div className="flex h-full max-rail:flex-col">
      <a
        href="#main"
        className="panel fixed top-2 left-2 z-70 -translate-y-20 px-3 py-2 focus:translate-y-0"
      >
        Skip to the page
      </a>
      <Rail
        session={session}
        onPalette={() => setAbove('palette')}
        onKeys={() => setAbove('keys')}
      />
      <main id="main" tabIndex={-1} className="flex min-h-0 min-w-0 grow flex-col outline-none">
        <Inside {...{ path, missing }} held={session.held} />
      </main>
      <Above what={above} session={session} onClose={() => setAbove(null)} />
      <Downloads />
      <StepUp />
      <Toasts />
    </div>
  )
}

type InsideProps = {
  readonly path: string
  readonly held: Session['held']
  readonly missing: Permission | null
}

/** The page, or why it is not there; what holds somebody is dealt with at the same address. */
function Inside({ path, held, missing }: InsideProps) {
  if (held === 'factor-needed' && path !== '/profile') return <FactorGate />
  if (held === 'agreement-needed' && !isOpenBeforeAgreeing(path)) {
    return (
      <Suspense fallback={<Waiting />}>
        <AgreementGate />
      </Suspense>
    )
  }
  if (missing !== null) return <Missing permission={missing} />
  return (
    <>
      {held === 'factor-needed' && <FactorNotice />}
      <Outlet />
    </>
  )
}

const Missing = ({ permission }: { readonly permission: Permission }) => (
  <Empty title="Your role does not open this page" isWholePage>
    <p>It lacks the permission “{permission}”. Whoever administers this instance can give it.</p>
  </Empty>
)

type AboveProps = {
  readonly what: 'keys' | 'palette' | null
  readonly session: Session
  readonly onClose: () => void
}

function Above({ what, session, onClose }: AboveProps) {
  const keys = keyHelp.use(what === 'keys')
  const go = palette.use(what === 'palette')
  if (what === null) return null
  if (keys) return <keys.KeyHelp onClose={onClose} />
  if (go) return <go.Palette onClose={onClose} session={session} />
  return <Opening />
}
