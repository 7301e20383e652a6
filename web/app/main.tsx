import { CSPProvider } from '@base-ui/react/csp-provider'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { isProblem } from '../api/problem.ts'
import { listenForKeys } from './keys.ts'
import { makeRouter } from './router.tsx'
import './app.css'

/** A session that ended while a page was open: what is shown stays until the person signs in. */
const onNo = (error: unknown): void => {
  const isInside = window.location.pathname !== '/sign-in'
  if (!isProblem(error, 401) || !isInside) return
  queries.removeQueries({ queryKey: ['session'] })
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
