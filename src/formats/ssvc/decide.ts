import type { DecisionPoint } from './point.ts'
import type { DecisionTable, Default, TableRow } from './table.ts'

/** What is known of the inputs of a table, by the names of its decision points. */
export type Inputs<Name extends string = string> = {
  readonly [N in Name]?: string | undefined
}

/** One input of a decision: what it counted as, and why. */
export type UsedInput = {
  readonly point: string
  /** Null while nothing is known and nobody says what to assume. */
  readonly value: string | null
  readonly from: 'given' | 'default' | 'unknown'
  readonly because: string
}

/** What a table answers, with everything a person needs to check it. */
export type Decision<Outcome extends string = string> = {
  /** Identifier of the table. */
  readonly table: string
  /** Null while an input is open on which the answer depends. */
  readonly outcome: Outcome | null
  /** The rows that apply, by their published numbers: one, unless an input is open. */
  readonly rows: readonly number[]
  /** The outcomes of those rows, least urgent first. */
  readonly possible: readonly Outcome[]
  /** The outcomes that what was given leaves possible, before any default; least urgent first. */
  readonly possibleAsGiven: readonly Outcome[]
  readonly inputs: readonly UsedInput[]
}

/**
 * Reads a decision off a table. An input that is absent is unknown, which is not the same as its
 * least value: the table's documented default stands in for it, and is named as one; without a
 * default it stays open, and the answer is the set of the outcomes still possible.
 */
export function decide<Name extends string, Outcome extends string>(
  table: DecisionTable<Name, Outcome>,
  inputs: Inputs<NoInfer<Name>>,
  defaults: readonly Default[] = table.defaults,
): Decision<Outcome> {
  const given = new Map<string, unknown>(Object.entries(inputs))
  const known = table.inputs.map((point) => asGiven(point, given.get(point.name)))
  const used = known.map((input) =>
    input.from === 'given' ? input : assumed(input, known, defaults),
  )
  const asKnown = rowsFor(table, known)
  const rows = rowsFor(table, used)
  const possible = outcomesOf(table, rows)
  return {
    table: table.id,
    outcome: possible.length === 1 ? (possible[0] ?? null) : null,
    rows: rows.map(({ row }) => row),
    possible,
    possibleAsGiven: outcomesOf(table, asKnown),
    inputs: used,
  }
}

function asGiven(point: DecisionPoint, value: unknown): UsedInput {
  const found = point.values.find((one) => one === value)
  if (found !== undefined) {
    return { point: point.name, value: found, from: 'given', because: 'given' }
  }
  const because = value === undefined ? 'not known' : `${String(value)} is none of its values`
  return { point: point.name, value: null, from: 'unknown', because }
}

function assumed(
  input: UsedInput,
  known: readonly UsedInput[],
  defaults: readonly Default[],
): UsedInput {
  const found = defaults.find((one) => one.point === input.point)
  if (found === undefined) return input
  const isBarred = known.some(({ point, value }) => found.unless?.[point] === (value ?? ''))
  if (isBarred) return { ...input, because: `${input.because}; no default applies here` }
  return { point: input.point, value: found.value, from: 'default', because: found.because }
}

function rowsFor<Outcome extends string>(
  table: DecisionTable<string, Outcome>,
  inputs: readonly UsedInput[],
): TableRow<Outcome>[] {
  return table.rows.filter(({ values }) =>
    inputs.every(({ value }, at) => value === null || values[at] === value),
  )
}

const outcomesOf = <Outcome extends string>(
  table: DecisionTable<string, Outcome>,
  rows: readonly TableRow<Outcome>[],
): Outcome[] =>
  table.outcome.values.filter((value) => rows.some(({ outcome }) => outcome === value))
