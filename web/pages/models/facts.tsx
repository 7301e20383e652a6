import type { ReactNode } from 'react'

/** A term and its value in a list of facts. */
export const Fact = ({
  term,
  children,
}: {
  readonly term: string
  readonly children: ReactNode
}) => (
  <div className="border-t border-rule py-1 rail:grid rail:grid-cols-[12rem_minmax(0,1fr)] rail:gap-x-4">
    <dt className="text-quiet">{term}</dt>
    <dd className="wrap-anywhere">{children}</dd>
  </div>
)
