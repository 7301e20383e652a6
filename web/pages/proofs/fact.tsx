import type { ReactNode } from 'react'
import { lineOf } from '../../parts/outside-text.tsx'

/** A long number, to the character. */
export const Digest = ({ text }: { readonly text: string }) => (
  <span className="font-mono text-small wrap-anywhere">{lineOf(text, 200)}</span>
)

/** One line of a `dl` with two columns. */
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
