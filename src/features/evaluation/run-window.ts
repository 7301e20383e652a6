import { accessAt, type Engagement } from '#features/engagement/engagement.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { invalidAt } from '#platform/http/arrival.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import { weighingOf } from './outcome.ts'
import type { Sample } from './sample.ts'

/**
 * For so long after access ended what was done before can still be handed in: a runner may have
 * been cut off from the service, and a verifier may still be at work.
 */
const handInHours = 24
/** So far a runner's clock may be ahead of ours. */
const clockAheadMs = 300_000

/** From when until when the model could be asked, and until when results are taken. */
export type RunWindow = {
  readonly opensAt: Date
  readonly endsAt: Date
  readonly isOver: boolean
  readonly handInUntil: Date
}

/** The window of an engagement at a moment; null where none was ever agreed. */
export function windowAt(engagement: Engagement, now: Date): RunWindow | null {
  if (!('agreed' in engagement)) return null
  const access = accessAt(engagement, now)
  if (access.is === 'none') return null
  const isOver = access.is === 'over'
  const endsAt = isOver ? access.endedAt : access.endsAt
  const handInUntil = new Date(endsAt.getTime() + handInHours * 3_600_000)
  return { opensAt: engagement.agreed.window.opensAt, endsAt, isOver, handInUntil }
}

type Asking = { readonly engagement: Engagement; readonly person: string; readonly now: Date }

const over = (detail: string): Problem => problem('not-in-this-state', detail)

/** The window, for somebody whom the terms as they are now still name. */
function windowFor({ engagement, person, now }: Asking): Result<RunWindow, Problem> {
  const window = windowAt(engagement, now)
  if (window === null || !('agreed' in engagement)) {
    return no(over('No window of access is agreed.'))
  }
  if (!engagement.agreed.terms.people.includes(person)) {
    return no(problem('not-allowed', 'The terms of access do not name you.'))
  }
  return yes(window)
}

/** Whether somebody may queue or begin a run now. */
export function mayRun(asking: Asking): Result<RunWindow, Problem> {
  const window = windowFor(asking)
  if (!window.ok || !window.value.isOver) return window
  return no(over('The window is over: nothing begins any more.'))
}

type Timed = Pick<Sample, 'startedAt' | 'answeredAt' | 'endedAt' | 'outcome'>

/**
 * Whether somebody may hand in a sample that took place when it says it did. The window is that of
 * the model: its last answer lies within, and a verifier may be done later.
 */
export function mayHandIn(
  { startedAt, answeredAt, endedAt, outcome }: Timed,
  asking: Asking,
): Result<RunWindow, Problem> {
  const found = windowFor(asking)
  if (!found.ok) return found
  const { opensAt, endsAt, handInUntil } = found.value
  const [started, ended] = [new Date(startedAt), new Date(endedAt)]
  const answered = answeredAt === undefined ? ended : new Date(answeredAt)
  const { now } = asking
  if (now > handInUntil) {
    return no(over(`What was done was taken until ${handInUntil.toISOString()}: this is too late.`))
  }
  // What never began began neither too early nor too late.
  if (outcome === 'not_run') return found
  if (ended < started) return no(invalidAt('/endedAt', 'It ended before it started.'))
  if (answered < started || answered > ended) {
    return no(invalidAt('/answeredAt', 'It lies before the start or after the end.'))
  }
  if (ended.getTime() > now.getTime() + clockAheadMs) {
    return no(invalidAt('/endedAt', 'It lies in the future: set the clock of the runner.'))
  }
  if (started < opensAt) return no(over('It started before the window opened.'))
  if (started >= endsAt) return no(over('It started after the window had ended.'))
  if (answered > endsAt && weighingOf[outcome] !== 'missing') {
    const why = 'The model was not done when the window ended, and so nothing was seen of it'
    return no(over(`${why}: hand it in as infra_error.`))
  }
  return found
}
