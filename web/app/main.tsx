import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { isProblem } from '../api/problem.ts'
import { sessionQuery } from '../api/queries.ts'
import { listenForKeys } from './keys.ts'
import { makeRouter } from './router.tsx'
import './app.css'

/** Somebody has to do something else first: the frame around the page knows what to show. */
const isHold = (error: unknown): boolean =>
  isProblem(error, 403) && ['agreement-needed', 'factor-needed'].includes(error.code)

/** A session that ended while a page was open: the person signs in, and comes back to the page. */
const onNo = (error: unknown, query: { readonly queryKey: readonly unknown[] }): void => {
  if (isHold(error)) void queries.invalidateQueries({ queryKey: sessionQuery.queryKey })
  // The route itself asks for the session, and leads to the sign-in page.
  const isSession = query.queryKey[0] === sessionQuery.queryKey[0]
  if (!isProblem(error, 401) || isSession || window.location.pathname === '/sign-in') return
  queries.removeQueries({ queryKey: sessionQuery.queryKey })
  void router.invalidate()
}

const queries = new QueryClient({
  queryCache: new QueryCache({ onError: onNo }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // A "no" stays a no; only an unreachable or saturated server is asked again.
      retry: (count, error) => isProblem(error) && [0, 503].includes(error.status) && count < 3,
      throwOnError: false,
    },
    mutations: { retry: false, networkMode: 'always' },
  },
})
const router = makeRouter(queries)

// A page that the browser kept to go back to shows what somebody saw who may be signed out by now.
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) window.location.reload()
})

const place = document.getElementById('root')
if (place === null) throw new Error('index.html has no #root')
listenForKeys()
createRoot(place).render(
  <StrictMode>
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
)
