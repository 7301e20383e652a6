import type { ReactNode } from 'react'
import { lineOf } from './outside-text.tsx'

/** What is known of an object, a line each. */
export const Facts = ({ children }: { readonly children: ReactNode }) => (
  <dl className="grid max-w-[900px] grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 py-2">
    {children}
  </dl>
)

export const Fact = ({
  term,
  children,
}: {
  readonly term: string
  readonly children: ReactNode
}) => (
  <>
    <dt className="max-w-40 text-quiet">{term}</dt>
    <dd className="min-w-0 wrap-anywhere">{children}</dd>
  </>
)

/** A long number, to the character. */
export const Digest = ({ text }: { readonly text: string }) => (
  <span className="font-mono text-small wrap-anywhere">{lineOf(text, 200)}</span>
)
