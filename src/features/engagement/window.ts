import { no, type Result, yes } from '#kernel/result.ts'

const dayMs = 86_400_000
/**
 * Access is given for up to 30 days before the release (Executive Order 14409, section 3(b)(ii)).
 */
const windowDaysMax = 30
export const windowMsMax = windowDaysMax * dayMs

/** From when until when evaluators may ask the model; the end itself is outside. */
export type Window = { readonly opensAt: Date; readonly closesAt: Date }

/** What is known of the release to trusted partners: the developer's plan, and what happened. */
export type Release = {
  readonly plannedAt: Date
  readonly releasedAt: Date | null
}

/** A window as it stands after what the developer has said since it was agreed. */
export type RunningWindow = Window & {
  /** False once the developer has let evaluators go on whatever happens to the release. */
  readonly endsWithRelease: boolean
}

export type WindowRefusal = {
  readonly code: 'invalid-window' | 'too-long'
  readonly why: string
  /** A JSON pointer into the proposal. */
  readonly at: string
}

/** What makes a window one that may be proposed: to the millisecond, as the order has it. */
export function checkWindow(
  { opensAt, closesAt }: Window,
  plannedAt: Date,
): Result<Window, WindowRefusal> {
  if (closesAt <= opensAt) {
    return no({ code: 'invalid-window', why: 'It closes before it opens.', at: '/closesAt' })
  }
  if (closesAt > plannedAt) {
    const why = 'It ends no later than the planned release to trusted partners.'
    return no({ code: 'invalid-window', why, at: '/closesAt' })
  }
  if (plannedAt.getTime() - opensAt.getTime() > windowMsMax) {
    const why = `It opens at most ${windowDaysMax} days before the planned release.`
    return no({ code: 'too-long', why, at: '/opensAt' })
  }
  return yes({ opensAt, closesAt })
}

const earliest = (...moments: readonly Date[]): Date =>
  new Date(Math.min(...moments.map((moment) => moment.getTime())))

/** The day-30 bound, which nothing and nobody moves. */
export const lastPossibleEnd = ({ opensAt }: Window): Date =>
  new Date(opensAt.getTime() + windowMsMax)

/**
 * When access ends by itself, as far as is known now: at the agreed end, with the release, planned
 * or made, and never later than 30 days after it began. A release that is moved later moves
 * nothing.
 */
export function endOf(window: RunningWindow, { plannedAt, releasedAt }: Release): Date {
  const bound = lastPossibleEnd(window)
  if (!window.endsWithRelease) return earliest(window.closesAt, bound)
  return earliest(window.closesAt, bound, plannedAt, ...(releasedAt === null ? [] : [releasedAt]))
}

/** The developer lets evaluators go on until `until`, past the release if there was one. */
export function extend(
  window: RunningWindow,
  { until, now }: { readonly until: Date; readonly now: Date },
): Result<RunningWindow, WindowRefusal> {
  const at = '/until'
  if (until <= now) return no({ code: 'invalid-window', why: 'That moment has passed.', at })
  if (until > lastPossibleEnd(window)) {
    const last = lastPossibleEnd(window).toISOString()
    const why = `No access lasts beyond day ${windowDaysMax}: ${last}.`
    return no({ code: 'too-long', why, at })
  }
  return yes({ opensAt: window.opensAt, closesAt: until, endsWithRelease: false })
}
