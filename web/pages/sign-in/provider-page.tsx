import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { finishAtProvider } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import { Notice } from '../../ui/notice.tsx'

/** What the provider appended, taken out of the address so that it stays in no history. */
function takeAnswer(): string {
  const { pathname, search } = window.location
  window.history.replaceState(null, '', pathname)
  return search
}

/** One request for one answer, however often the page is drawn. */
let asked: ReturnType<typeof finishAtProvider> | undefined

/** Where the provider sends people back to: says why it cannot go on, or goes on. */
export function ProviderPage() {
  const [failed, setFailed] = useState<unknown>(null)
  const queries = useQueryClient()
  const navigate = useNavigate()
  useEffect(() => {
    document.title = 'Sign in · Parley'
    asked ??= finishAtProvider(takeAnswer())
    asked.then(
      ({ purpose, target }) => {
        asked = undefined
        // Whoever sat here before may have been somebody else.
        if (purpose === 'sign-in') queries.clear()
        void navigate({ href: target, replace: true })
      },
      (error: unknown) => {
        asked = undefined
        setFailed(error)
      },
    )
  }, [navigate, queries])
  return (
    <main id="main" className="mx-auto max-w-[60ch] px-4 py-[12dvh]">
      <h1 className="text-title font-semibold">Sign in to Parley</h1>
      <div className="mt-3 space-y-3 text-read">
        {failed === null && <p role="status">Signing in…</p>}
        {failed !== null && (
          <>
            <Notice tone="danger">{saysOf(failed)}</Notice>
            <p>
              <a className="link" href="/">
                Back to Parley
              </a>
            </p>
          </>
        )}
      </div>
    </main>
  )
}
