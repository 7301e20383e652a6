import type { ErrorComponentProps } from '@tanstack/react-router'
import { Link } from '@tanstack/react-router'
import { isProblem, saysOf } from '../api/problem.ts'
import { Button } from '../ui/button.tsx'

/** What a page shows while its code or first answer is on the way; only after 300 ms. */
export function Waiting() {
  return (
    <div className="p-6 text-quiet" aria-busy="true">
      Loading…
    </div>
  )
}

export function NotThere() {
  return (
    <main id="main" className="max-w-[65ch] p-6">
      <h1 className="text-title font-semibold">There is no such page</h1>
      <p className="mt-2 text-read text-quiet">
        The address may be mistyped, or what it named was merged or removed.
      </p>
      <p className="mt-4">
        <Link to="/queue" className="link">
          Go to the queue
        </Link>
      </p>
    </main>
  )
}

export function Failed({ error, reset }: ErrorComponentProps) {
  const isOut = isProblem(error, 0)
  return (
    <main id="main" className="max-w-[65ch] p-6" role="alert">
      <h1 className="text-title font-semibold">
        {isOut ? 'The server does not answer' : 'This page could not be shown'}
      </h1>
      <p className="mt-2 text-read text-quiet">{saysOf(error)}</p>
      <p className="mt-4">
        <Button onClick={reset}>Try again</Button>
      </p>
    </main>
  )
}
