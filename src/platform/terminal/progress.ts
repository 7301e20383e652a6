import { clip } from './width.ts'

/** One line that tells how far a long job is; it leaves nothing behind. */
export type Progress = {
  readonly tell: (text: string) => void
  readonly end: () => void
}

export type ProgressTarget = {
  readonly write: (text: string) => void
  readonly isTerminal: boolean
  readonly width: number
  /** Milliseconds of any steady clock. */
  readonly nowMs: () => number
}

const eachMs = { terminal: 100, elsewhere: 2000 } as const

export const silent: Progress = { tell: () => {}, end: () => {} }

/**
 * On a terminal one line is written over, at most ten times a second; elsewhere (a log) a line is
 * added every two seconds.
 */
export function progressOn(target: ProgressTarget): Progress {
  const { isTerminal, width, nowMs } = target
  const pauseMs = isTerminal ? eachMs.terminal : eachMs.elsewhere
  let last = Number.NEGATIVE_INFINITY
  let isShown = false
  return {
    tell: (text) => {
      const now = nowMs()
      if (now - last < pauseMs) return
      last = now
      isShown = isTerminal
      target.write(isTerminal ? `\r\u001b[K${clip(text, width - 1)}` : `${text}\n`)
    },
    end: () => {
      if (isShown) target.write('\r\u001b[K')
      isShown = false
    },
  }
}
