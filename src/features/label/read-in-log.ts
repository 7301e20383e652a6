import { gates, papers, stateOf } from './read-in.ts'
import type { GateRow, Named, ReadInRow } from './read-in-row.store.ts'

type Cell = string | boolean | null
type Column = { readonly name: string; readonly of: (row: ReadInRow) => Cell }

const nameOf = (who: Named | null): Cell => who && `${who.name} (${who.id})`
const said = (row: ReadInRow, step: ReadInRow['reasons'][number]['step']): Cell =>
  row.reasons
    .filter((one) => one.step === step)
    .map(({ text }) => text)
    .join(' / ') || null

/** Each decision of a gate, oldest first: failures stand in the log as well. */
const decisions = ({ gateRows }: ReadInRow, gate: number): Cell =>
  gateRows
    .filter((one) => one.gate === gate)
    .map(saysGate)
    .join(' / ') || null

function saysGate({ isPassed, reusedFrom, by, at, what }: GateRow): string {
  const result = isPassed ? 'passed' : 'failed'
  const from = reusedFrom === null ? '' : ` (from ${reusedFrom})`
  return `${result}${from} ${at} by ${by.name}: ${what}`
}

function prerequisites({ rule, gateRows, agreed }: ReadInRow): Cell {
  if (rule.assigned === null) return null
  const seen = gateRows.filter(({ gate }) => gate === 3).flatMap((one) => one.papers)
  const on = papers.filter((one) => seen.includes(one))
  const relaxed = rule.isEmergency ? '; emergency: any way in, papers with acknowledgement' : ''
  const signed = `papers seen: ${on.join() || 'none'}; agreed: ${agreed.join() || 'none'}`
  return `met at assignment; ${signed}${relaxed}`
}

const exclusionCheck = ({ gateRows }: ReadInRow): Cell => {
  const last = gateRows.findLast(({ gate }) => gate === 3)
  return last ? `${last.isPassed ? 'clear' : 'not clear'} ${last.at}` : null
}

/** The columns of the log, in their order. Times are ISO 8601 in UTC. */
const columns: readonly Column[] = [
  { name: 'case', of: ({ rule }) => rule.case },
  { name: 'read_in', of: ({ rule }) => rule.id },
  { name: 'requested', of: ({ nominatedAt }) => nominatedAt.toISOString() },
  { name: 'nominee', of: ({ person }) => nameOf(person) },
  { name: 'organisation', of: ({ organisation }) => nameOf(organisation) },
  { name: 'sponsor', of: ({ sponsor }) => nameOf(sponsor) },
  { name: 'nominator', of: ({ nominatedBy }) => nameOf(nominatedBy) },
  { name: 'role', of: ({ rule }) => rule.role },
  { name: 'tier', of: ({ rule }) => rule.tier },
  { name: 'emergency', of: ({ rule }) => rule.isEmergency },
  { name: 'justification', of: (row) => said(row, 'need') },
  ...gates.map((gate) => ({ name: `gate_${gate}`, of: (row: ReadInRow) => decisions(row, gate) })),
  { name: 'prerequisites', of: prerequisites },
  { name: 'exclusion_check', of: exclusionCheck },
  { name: 'approver', of: ({ assignedBy }) => nameOf(assignedBy) },
  { name: 'granted', of: ({ rule }) => rule.assigned?.at.toISOString() ?? null },
  { name: 'scope', of: ({ rule }) => rule.part },
  { name: 'opens', of: ({ rule }) => rule.assigned?.opensAt.toISOString() ?? null },
  { name: 'expiry', of: ({ rule }) => rule.assigned?.until.toISOString() ?? null },
  { name: 'widened_by_approval', of: ({ approval }) => approval },
  { name: 'acknowledged', of: ({ rule }) => rule.acknowledgedAt?.toISOString() ?? null },
  { name: 'acknowledged_digest', of: ({ acknowledgedDigest }) => acknowledgedDigest },
  { name: 'state', of: ({ rule }) => stateOf(rule) },
  {
    name: 'revoked',
    of: ({ rule, refusedAt }) => (rule.ended?.at ?? refusedAt)?.toISOString() ?? null,
  },
  { name: 'reason', of: (row) => row.rule.ended?.why ?? said(row, 'refuse') },
  {
    name: 'notes',
    of: (row) =>
      [said(row, 'assign'), said(row, 'tier'), said(row, 'end')].filter(Boolean).join(' / ') ||
      null,
  },
]

export const logRows = (rows: readonly ReadInRow[]): readonly Readonly<Record<string, Cell>>[] =>
  rows.map((row) => Object.fromEntries(columns.map(({ name, of }) => [name, of(row)])))

/** RFC 4180. What a spreadsheet would take for a formula begins with an apostrophe. */
export function logCsv(rows: readonly ReadInRow[]): string {
  const head = columns.map(({ name }) => name).join()
  const lines = rows.map((row) => columns.map(({ of }) => field(of(row))).join())
  return [head, ...lines, ''].join('\r\n')
}

function field(cell: Cell): string {
  const text = cell === null ? '' : typeof cell === 'boolean' ? (cell ? 'yes' : 'no') : cell
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
