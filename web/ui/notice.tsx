import type { ReactNode } from 'react'
import { saysOf } from '../api/problem.ts'
import { Button } from './button.tsx'
import { classes } from './classes.ts'

type NoticeProps = {
  readonly tone?: 'plain' | 'warn' | 'danger'
  readonly children: ReactNode
}

const tones = {
  plain: 'border-rule bg-raised',
  warn: 'border-warn/40 bg-warn-ground',
  danger: 'border-danger/40 bg-danger-ground',
} as const

/** Something to know before going on. Problems are read out at once. */
export function Notice({ tone = 'plain', children }: NoticeProps) {
  return (
    <div
      role={tone === 'danger' ? 'alert' : 'note'}
      className={classes('rounded-md border px-3 py-2 text-list', tones[tone])}
    >
      {children}
    </div>
  )
}

/** What could not be read, and the way to try again. */
export function ReadFailed(props: { readonly error: unknown; readonly retry?: () => void }) {
  return (
    <Notice tone="danger">
      <div className="flex flex-wrap items-center gap-3">
        <p className="grow">{saysOf(props.error)}</p>
        {props.retry && <Button onClick={props.retry}>Try again</Button>}
      </div>
    </Notice>
  )
}

type EmptyProps = {
  readonly title: string
  readonly children: ReactNode
  /** Where nothing else on the page has a heading of the first level. */
  readonly isWholePage?: boolean
}

/** An empty state that teaches the first step. */
export function Empty({ title, children, isWholePage = false }: EmptyProps) {
  const Heading = isWholePage ? 'h1' : 'h2'
  return (
    <div className="mx-auto max-w-[60ch] px-4 py-12">
      <Heading className="text-title font-semibold">{title}</Heading>
      <div className="mt-2 space-y-3 text-read text-quiet">{children}</div>
    </div>
  )
}
