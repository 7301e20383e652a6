import type { Run } from '../../api/types.ts'
import { classes } from '../../ui/classes.ts'

const faces = {
  queued: { mark: '○', word: 'Queued', tone: 'text-quiet' },
  running: { mark: '◐', word: 'Running', tone: 'text-accent' },
  finished: { mark: '●', word: 'Closed, whole', tone: 'text-good' },
  stopped: { mark: '■', word: 'Closed before it was whole', tone: 'text-warn' },
  'window-over': { mark: '■', word: 'Closed: the window is over', tone: 'text-warn' },
} as const

/** How a run stands, as a mark and in words. */
export function RunMark({ run }: { readonly run: Pick<Run, 'state' | 'closed'> }) {
  const { mark, word, tone } =
    faces[run.closed?.why ?? (run.state === 'queued' ? 'queued' : 'running')]
  return (
    <span className={classes('inline-flex gap-1.5 whitespace-nowrap', tone)}>
      <span aria-hidden="true">{mark}</span>
      {word}
    </span>
  )
}
