import { createContext, type ReactNode, use, useId } from 'react'

/** The level of the headings of sections: below the title of what they are a part of. */
export const HeadingLevel = createContext<2 | 3>(2)

type SectionProps = {
  readonly title: string
  /** Beside the title: a count, a button. */
  readonly beside?: ReactNode
  readonly children: ReactNode
}

/** A part of an object's story, under its own heading. */
export function Section({ title, beside, children }: SectionProps) {
  const Heading = use(HeadingLevel) === 2 ? 'h2' : 'h3'
  const id = useId()
  return (
    <section aria-labelledby={id} className="border-t border-rule py-3">
      <div className="mb-1 flex min-h-7 flex-wrap items-center gap-x-3">
        <Heading id={id} className="heading grow">
          {title}
        </Heading>
        {beside}
      </div>
      {children}
    </section>
  )
}
