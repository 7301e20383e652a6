import { assert } from '#kernel/assert.ts'
import type { DecisionPoint } from './point.ts'

/** One row of a published table: the values of its inputs, and what they come to. */
export type TableRow<Outcome extends string = string> = {
  /** Its number in the published table, from 0. */
  readonly row: number
  /** In the order of the table's inputs. */
  readonly values: readonly string[]
  readonly outcome: Outcome
}

/** The value that a publisher says to assume of a point of which nothing is known. */
export type Default<Name extends string = string> = {
  readonly point: Name
  readonly value: string
  /** Who says so, for a person to read. */
  readonly because: string
  /** Not to be assumed while these inputs have these values. */
  readonly unless?: Readonly<Record<string, string>>
}

/** A published decision table: every combination of its inputs has one row. */
export type DecisionTable<Name extends string = string, Outcome extends string = string> = {
  /** `namespace:key:version` as published. */
  readonly id: string
  readonly title: string
  readonly inputs: readonly DecisionPoint<Name>[]
  readonly outcome: DecisionPoint<string, Outcome>
  readonly rows: readonly TableRow<Outcome>[]
  readonly defaults: readonly Default<Name>[]
}

type Written<Name extends string, Outcome extends string> = Omit<
  DecisionTable<Name, Outcome>,
  'rows' | 'defaults'
> & {
  /** The rows in their published order, as `key.key=key`, separated by blanks. */
  readonly rows: string
  readonly defaults?: readonly Default<NoInfer<Name>>[]
}

/** Reads the compact rows of a table. A mistake in them is a defect of this program. */
export function tableOf<Name extends string, Outcome extends string>(
  written: Written<Name, Outcome>,
): DecisionTable<Name, Outcome> {
  const rows = written.rows
    .trim()
    .split(/\s+/)
    .map((text, row) => {
      const [left = '', right = ''] = text.split('=')
      const keys = left.split('.')
      assert(keys.length === written.inputs.length, `${written.id}: row ${row} is ${text}`)
      return {
        row,
        values: written.inputs.map((point, at) => valueOfKey(point, keys[at])),
        outcome: valueOfKey(written.outcome, right),
      }
    })
  return { ...written, rows, defaults: written.defaults ?? [] }
}

function valueOfKey<Value extends string>(
  point: DecisionPoint<string, Value>,
  key: string | undefined,
): Value {
  const value = point.values[point.keys.indexOf(key ?? '')]
  assert(value !== undefined, `${point.id} has no value ${key}`)
  return value
}

/** How urgent an outcome is: 0 for the least urgent one of its table, -1 for none of them. */
export const urgencyOf = (table: DecisionTable, outcome: string): number =>
  table.outcome.values.indexOf(outcome)
