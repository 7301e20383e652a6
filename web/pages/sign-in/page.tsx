import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { openSession } from '../../api/client.ts'
import { isProblem, saysOf } from '../../api/problem.ts'
import { sessionQuery } from '../../api/queries.ts'
import type { Session } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { safePath } from './safe-path.ts'
import { WaysIn } from './ways-in.tsx'

/** Takes the secret out of the address at once, so that it stays in no history and no screenshot. */
function takeSecret(): string {
  const secret = decodeURIComponent(window.location.hash.slice(1))
  const { pathname, search } = window.location
  if (secret !== '') window.history.replaceState(null, '', pathname + search)
  return secret
}

/** What is signed in with; a link that is put into the address of this very page replaces it. */
let secret = takeSecret()

type Stage = 'asking' | 'missing' | 'spent' | { readonly failed: unknown }

/** Signs in by the one-time link, or says where a link comes from. */
export function SignInPage() {
  const [stage, setStage] = useState<Stage>(secret === '' ? 'missing' : 'asking')
  const [attempt, setAttempt] = useState(0)
  const enter = useEnter()
  const signIn = useSignIn(setStage, enter)
  useEffect(() => {
    document.title = 'Sign in · Parley'
    if (secret !== '' && attempt >= 0) signIn()
  }, [signIn, attempt])
  useEffect(() => {
    // The browser does not load the page again for a link that differs in its last part only.
    const onLink = (): void => {
      const next = takeSecret()
      if (next === '') return
      secret = next
      asked = undefined
      signIn()
    }
    window.addEventListener('hashchange', onLink)
    return () => window.removeEventListener('hashchange', onLink)
  }, [signIn])
  return (
    <main id="main" className="mx-auto max-w-[60ch] px-4 py-[12dvh]">
      <h1 className="text-title font-semibold">Sign in to Parley</h1>
      <div className="mt-3 space-y-3 text-read">
        {stage === 'asking' && <p role="status">Signing in…</p>}
        {stage === 'missing' && <WaysIn onIn={enter} />}
        {stage === 'spent' && (
          <>
            <Notice tone="warn">
              This link was used before, or its time is over. Each link signs in once.
            </Notice>
            <WaysIn onIn={enter} />
          </>
        )}
        {typeof stage === 'object' && (
          <Notice tone="danger">
            <p>{saysOf(stage.failed)}</p>
            <p className="mt-2">
              <Button onClick={() => setAttempt(attempt + 1)}>Try again</Button>
            </p>
          </Notice>
        )}
      </div>
    </main>
  )
}

let asked: Promise<Session> | undefined

function useSignIn(
  setStage: (stage: Stage) => void,
  enter: (session: Session) => void,
): () => void {
  const [signIn] = useState(() => () => {
    setStage('asking')
    // One request for one link, however often the page is drawn.
    asked ??= openSession(secret)
    asked.then(
      (session) => {
        // It is used: whoever signs out and comes back here needs another one.
        secret = ''
        asked = undefined
        enter(session)
      },
      (error: unknown) => {
        asked = undefined
        const isSpent = [401, 403, 404, 410, 422].some((status) => isProblem(error, status))
        setStage(isSpent ? 'spent' : { failed: error })
      },
    )
  })
  return signIn
}

/** Goes on as the person of a session, to where they wanted to go. */
function useEnter(): (session: Session) => void {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { next } = useSearch({ from: '/sign-in' })
  const [enter] = useState(() => (session: Session) => {
    // Whoever sat here before may have been somebody else.
    queries.clear()
    queries.setQueryData(sessionQuery.queryKey, session)
    void navigate({ href: safePath(next), replace: true })
  })
  return enter
}
