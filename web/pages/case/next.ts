import type { Case, CaseRow } from '../../api/types.ts'
import type { Act } from '../../parts/actions/about.ts'

/** What is to be done next, by whom, and the one button for it. */
export type NextStep = {
  readonly says: string
  readonly does?:
    | { readonly kind: 'act'; readonly act: Act; readonly label: string }
    | { readonly kind: 'take'; readonly label: string }
    | { readonly kind: 'reopen'; readonly label: string }
    | { readonly kind: 'suggestions'; readonly label: string }
    | { readonly kind: 'mail'; readonly label: string }
}

/** Reads a case as its coordinator would: the first thing that is missing comes first. */
export function nextStepOf(found: Case, myId: string | undefined): NextStep {
  const who = found.assignee?.name ?? 'Nobody'
  if (found.status === 'closed') {
    return { says: 'Nothing is left to do.', does: { kind: 'reopen', label: 'Open again' } }
  }
  if (found.status === 'waiting') return waiting(found)
  if (found.assignee === null) {
    return {
      says: 'Nobody has it. Somebody has to take it.',
      does: { kind: 'take', label: 'Take it' },
    }
  }
  const you = found.assignee.id === myId ? 'You decide' : `${who} decides`
  if (found.openSuggestions.length > 0) {
    return {
      says: `${you} whether it is the same as another case.`,
      does: { kind: 'suggestions', label: 'Decide' },
    }
  }
  if (found.verdict === 'open') {
    return {
      says: `${you} whether it is real.`,
      does: { kind: 'act', act: 'verdict', label: 'Give the verdict' },
    }
  }
  if (found.verdict === 'refuted') {
    return {
      says: `It is not a vulnerability. ${who} closes it, with the reason.`,
      does: { kind: 'act', act: 'close', label: 'Close' },
    }
  }
  return {
    says: `It is real. ${who} sends it to the maintainer, and lets it wait for the answer.`,
    does: { kind: 'mail', label: 'Write the mail' },
  }
}

function waiting({ hold }: Case): NextStep {
  const does = { kind: 'reopen', label: 'Go on now' } as const
  if (hold === null) return { says: 'It waits.', does }
  return { says: `${hold.owner} has the next move: ${hold.why}.`, does }
}

/** What somebody else changed between two versions that this person saw, as words. */
export function changesBetween(before: CaseRow, now: CaseRow): readonly string[] {
  return [
    ...(before.title === now.title ? [] : [`The title is now "${now.title}".`]),
    ...(before.severity === now.severity ? [] : [`The severity is now ${now.severity}.`]),
    ...(before.status === now.status ? [] : [`The status is now ${now.status}.`]),
    ...(before.verdict === now.verdict ? [] : [`The verdict is now ${now.verdict}.`]),
    ...(before.assignee?.id === now.assignee?.id
      ? []
      : [now.assignee ? `${now.assignee.name} has it now.` : 'Nobody has it now.']),
    ...(before.reports === now.reports ? [] : [`It now holds ${now.reports} reports.`]),
  ]
}
