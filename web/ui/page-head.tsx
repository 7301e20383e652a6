import { type ReactNode, useEffect } from 'react'

type PageHeadProps = {
  /** The page's question in the user's words. */
  readonly title: string
  readonly about?: ReactNode
  /** Buttons at the right. */
  readonly children?: ReactNode
}

/** The head of a page: its only `h1`, what it is for, what can be done. */
export function PageHead({ title, about, children }: PageHeadProps) {
  useEffect(() => {
    document.title = `${title} · Parley`
  }, [title])
  return (
    <header className="flex flex-wrap items-start gap-x-4 gap-y-2 px-4 pt-3 pb-2">
      <div className="min-w-0 grow">
        <h1 className="text-title font-semibold">{title}</h1>
        {about !== undefined && <p className="max-w-[75ch] text-list text-quiet">{about}</p>}
      </div>
      {children !== undefined && <div className="flex flex-wrap gap-2">{children}</div>}
    </header>
  )
}

/** The part of a page that scrolls. */
export function PageBody({ children }: { readonly children: ReactNode }) {
  return <div className="min-h-0 grow overflow-y-auto px-4 pb-8">{children}</div>
}
