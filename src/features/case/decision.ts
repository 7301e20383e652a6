import { no, type Result, yes } from '#kernel/result.ts'
import type { Decline } from './decline.ts'
import type { Edits } from './derived.ts'
import type { CaseSeverity } from './severity.ts'

export type Status = 'open' | 'waiting' | 'closed'
export type Verdict = 'open' | 'confirmed' | 'refuted'

/** Why a case waits or is closed: who said so, the reason, and until when it waits. */
export type Hold = { readonly why: string; readonly owner: string; readonly until: string | null }

/** What people decided of a case so far, as a decision finds it. */
export type Standing = {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly severity: string
  readonly edits: Edits
  readonly status: Status
  readonly verdict: Verdict
  readonly hold: Hold | null
  readonly assignee: string | null
  readonly mergedInto: string | null
  /** The number of its label. */
  readonly label: number
}

/** Another case by its title, in what everybody reads who is shown this one. */
export const namedFor = (reader: Standing, { title, label }: Standing): string =>
  reader.label === label ? `“${title}”` : 'a case of another label'

/** What somebody wants changed; what is absent stays. `null` takes an edit back. */
export type Change = {
  readonly title?: string | null | undefined
  readonly severity?: CaseSeverity | null | undefined
  readonly verdict?: Verdict | undefined
  /** A person's id, or null for nobody. */
  readonly assignee?: string | null | undefined
  readonly status?: Status | undefined
  readonly why?: string | undefined
  readonly until?: string | undefined
}

/** Who decides, when, and how people are called. */
export type Deciding = {
  readonly by: string
  readonly now: Date
  readonly nameOf: (person: string) => string | null
}

/** A case after a change: the fields that differ, and what was done in words. */
export type Changed = {
  readonly edits?: Edits
  readonly status?: Status
  readonly verdict?: Verdict
  readonly hold?: Hold | null
  readonly assignee?: string | null
  readonly says: string
  readonly why: string | null
}

/** A case is put off by a year at most; then somebody has to look at it again. */
const waitDaysMax = 366

/** Works out what a change does to a case, or why it cannot be. */
export function decideChange(
  of: Standing,
  change: Change,
  deciding: Deciding,
): Result<Changed, Decline> {
  const gone = declineIfMerged(of)
  if (gone) return no(gone)
  const status = statusAfter(of, change, deciding)
  if (!status.ok) return status
  const assignee = assigneeAfter(of, change, deciding)
  if (!assignee.ok) return assignee
  const edited = editsAfter(of, change)
  const verdict = change.verdict !== undefined && change.verdict !== of.verdict
  const parts = [
    edited?.says,
    verdict ? verdictWords[change.verdict ?? 'open'] : undefined,
    assignee.value?.says,
    status.value?.says,
  ].filter((part) => part !== undefined)
  if (parts.length === 0) {
    return no({ is: 'invalid', why: 'It changes nothing.', field: '' })
  }
  return yes({
    ...(edited && { edits: edited.edits }),
    ...(verdict && change.verdict && { verdict: change.verdict }),
    ...(assignee.value && { assignee: assignee.value.to }),
    ...(status.value && { status: status.value.status, hold: status.value.hold }),
    ...{ says: listed(parts), why: change.why?.trim() || null },
  })
}

/** A case that was merged away takes no decisions; its reports are elsewhere. */
export const declineIfMerged = ({ mergedInto }: Standing): Decline | null =>
  mergedInto === null
    ? null
    : { is: 'state', why: `This case was merged into ${mergedInto}; decide there, or undo that.` }

const verdictWords: Readonly<Record<Verdict, string>> = {
  open: 'took the verdict back',
  confirmed: 'confirmed the vulnerability',
  refuted: 'refuted the vulnerability',
}

type StatusStep = { readonly status: Status; readonly hold: Hold | null; readonly says: string }

/** Nothing waits without a reason and an end, and nothing is closed without a reason. */
function statusAfter(
  of: Standing,
  { status, why, until }: Change,
  { by, now }: Deciding,
): Result<StatusStep | null, Decline> {
  if (status === undefined) {
    if (until === undefined) return yes(null)
    return no({ is: 'invalid', why: 'Only a case that waits has an end.', field: '/until' })
  }
  if (status === 'open') {
    if (of.status === 'open') return yes(null)
    return yes({ status, hold: null, says: 'reopened the case' })
  }
  const reason = why?.trim() ?? ''
  if (reason === '') {
    const what = status === 'waiting' ? 'waits' : 'is closed'
    return no({ is: 'invalid', why: `Say why the case ${what}.`, field: '/why' })
  }
  if (status === 'closed') {
    return yes({ status, hold: { why: reason, owner: by, until: null }, says: 'closed the case' })
  }
  const end = Date.parse(until ?? '')
  const last = now.getTime() + waitDaysMax * 86_400_000
  if (Number.isNaN(end) || end <= now.getTime() || end > last) {
    const field = '/until'
    const asked = 'Say until when the case waits: a time to come, within a year.'
    return no({ is: 'invalid', why: asked, field })
  }
  const day = new Date(end).toISOString()
  const says = `let the case wait until ${day.slice(0, 16).replace('T', ' ')} UTC`
  return yes({ status, hold: { why: reason, owner: by, until: day }, says })
}

function assigneeAfter(
  of: Standing,
  { assignee }: Change,
  { by, nameOf }: Deciding,
): Result<{ to: string | null; says: string } | null, Decline> {
  if (assignee === undefined || assignee === of.assignee) return yes(null)
  if (assignee === null) return yes({ to: null, says: 'took it from whoever had it' })
  const name = nameOf(assignee)
  if (name === null) return no({ is: 'invalid', why: 'No such person.', field: '/assignee' })
  return yes({ to: assignee, says: assignee === by ? 'took the case' : `gave it to ${name}` })
}

function editsAfter(
  of: Standing,
  { title, severity }: Change,
): { readonly edits: Edits; readonly says: string } | null {
  const { title: ownTitle, severity: ownSeverity } = of.edits
  const newTitle = title === undefined ? ownTitle : (title?.trim() ?? undefined)
  const newSeverity = severity === undefined ? ownSeverity : (severity ?? undefined)
  const parts = [
    ...(newTitle === ownTitle
      ? []
      : [newTitle ? `set the title to “${newTitle}”` : 'went back to the title of the reports']),
    ...(newSeverity === ownSeverity
      ? []
      : [
          newSeverity
            ? `set the severity to ${newSeverity}`
            : 'went back to the severity of the reports',
        ]),
  ]
  if (parts.length === 0) return null
  const edits = {
    ...(newTitle && { title: newTitle }),
    ...(newSeverity && { severity: newSeverity }),
  }
  return { edits, says: listed(parts) }
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(parts: readonly string[]): string {
  const [last = '', ...before] = parts.toReversed()
  return before.length === 0 ? last : `${before.toReversed().join(', ')} and ${last}`
}

/** Which fields of a case a change touches: a later change of one has to be undone first. */
export const touchedBy = ({ id }: Standing, changed: Changed): string[] => [
  ...(changed.edits === undefined ? [] : [`${id} edits`]),
  ...(changed.verdict === undefined ? [] : [`${id} verdict`]),
  ...(changed.assignee === undefined ? [] : [`${id} assignee`]),
  ...(changed.status === undefined ? [] : [`${id} status`]),
]

/** What a merge has to know: who holds which reports, and what people said before. */
export type Merging = {
  readonly into: Standing
  readonly others: readonly Standing[]
  /** Pairs of these cases that somebody said are never one, with that event. */
  readonly apart: readonly { readonly cases: readonly [string, string]; readonly event: string }[]
}

/** Whether these cases may become one. */
export function decideMerge({ into, others, apart }: Merging): Decline | null {
  const gone = [into, ...others].find(({ mergedInto }) => mergedInto !== null)
  if (gone?.id === into.id) return declineIfMerged(into)
  if (gone) {
    return { is: 'state', why: `${gone.id} was merged into ${gone.mergedInto} already.` }
  }
  if (others.some(({ id }) => id === into.id)) {
    return { is: 'invalid', why: 'A case is not merged with itself.', field: '/cases' }
  }
  const [never] = apart
  if (!never) return null
  const [one, other] = never.cases
  const why =
    `It was decided that ${one} and ${other} are never one vulnerability ` +
    `(event ${never.event}); undo that first.`
  return { is: 'state', why }
}

/** Whether these reports may leave the case for one of their own. */
export function decideSplit(
  of: Standing,
  has: readonly string[],
  leaving: readonly string[],
): Decline | null {
  const gone = declineIfMerged(of)
  if (gone) return gone
  const known = new Set(has)
  const unknown = leaving.findIndex((report) => !known.has(report))
  if (unknown >= 0) {
    const field = `/reports/${unknown}`
    return { is: 'invalid', why: 'This report is not in the case.', field }
  }
  if (new Set(leaving).size >= known.size) {
    const why = 'At least one report stays; a case without reports is none.'
    return { is: 'invalid', why, field: '/reports' }
  }
  return null
}
