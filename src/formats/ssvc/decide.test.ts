import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decide } from './decide.ts'
import { type DecisionTable, type TableRow, urgencyOf } from './table.ts'
import { bod2604, cisaCoordinator, deployer, supplier, tables } from './tables.ts'

const namesOf = (table: DecisionTable, { values }: TableRow): Record<string, string> =>
  Object.fromEntries(table.inputs.map((point, at) => [point.name, values[at] ?? '']))

test('an input that is none of the values of its point is unknown, and is said to be', () => {
  const found = decide(deployer, { Exploitation: 'rumoured', Automatable: 'no' }, [])
  assert.equal(found.outcome, null)
  assert.deepEqual(found.inputs[0], {
    point: 'Exploitation',
    value: null,
    from: 'unknown',
    because: 'rumoured is none of its values',
  })
})

test('unknown is not no: without defaults the answer is every outcome still possible', () => {
  const open = decide(bod2604, { 'In KEV': 'no', 'Publicly Exposed': 'yes' }, [])
  assert.equal(open.outcome, null)
  assert.deepEqual(open.possible, ['60 days', '14 days', '3 days'])
  assert.deepEqual(open.rows, [2, 7, 9, 14])
  const nothing = decide(bod2604, {}, [])
  assert.deepEqual(nothing.possible, bod2604.outcome.values)
  assert.equal(nothing.rows.length, 16)
})

test('what is open does not matter where every row agrees', () => {
  const inputs = { Exploitation: 'active', 'System Exposure': 'small', 'Human Impact': 'high' }
  const found = decide(deployer, inputs, [])
  assert.equal(found.outcome, 'out-of-cycle')
  assert.deepEqual(found.rows, [50, 54])
})

test('BOD 26-04 assumes no and total outside KEV, and nothing inside', () => {
  const outside = decide(bod2604, { 'In KEV': 'no', 'Publicly Exposed': 'yes' })
  assert.equal(outside.outcome, '14 days')
  assert.deepEqual(outside.rows, [9])
  assert.deepEqual(
    outside.inputs.map(({ point, value, from }) => [point, value, from]),
    [
      ['In KEV', 'no', 'given'],
      ['Publicly Exposed', 'yes', 'given'],
      ['Automatable', 'no', 'default'],
      ['Technical Impact', 'total', 'default'],
    ],
  )
  assert.deepEqual(outside.possibleAsGiven, ['60 days', '14 days', '3 days'])
  const inside = decide(bod2604, { 'In KEV': 'yes', 'Publicly Exposed': 'yes' })
  assert.equal(inside.outcome, null)
  assert.deepEqual(inside.possible, ['14 days', '3 days', '3 days & forensic investigation'])
  assert.match(inside.inputs[2]?.because ?? '', /no default applies/)
})

test('a deployer who knows nothing is told what SSVC tells one to assume', () => {
  const found = decide(deployer, {})
  assert.equal(found.outcome, 'scheduled')
  assert.deepEqual(found.rows, [20])
  assert.ok(found.inputs.every(({ from, because }) => from === 'default' && /^SSVC/.test(because)))
})

test('some rows as the publications print them', () => {
  const forensic = '3 days & forensic investigation'
  const yes = { 'In KEV': 'yes', 'Publicly Exposed': 'yes', Automatable: 'yes' }
  assert.equal(decide(bod2604, { ...yes, 'Technical Impact': 'total' }).outcome, forensic)
  assert.equal(decide(bod2604, { ...yes, 'Technical Impact': 'partial' }).outcome, '3 days')
  const open = { Exploitation: 'active', 'System Exposure': 'open', Automatable: 'yes' }
  assert.equal(decide(deployer, { ...open, 'Human Impact': 'very high' }).outcome, 'immediate')
  const act = { Exploitation: 'active', Automatable: 'yes', 'Technical Impact': 'total' }
  const level = { ...act, 'Mission and Well-Being Impact': 'high' }
  assert.equal(decide(cisaCoordinator, level).outcome, 'act')
  const worst = { Exploitation: 'active', Utility: 'super effective', 'Technical Impact': 'total' }
  const made = decide(supplier, { ...worst, 'Public Safety Impact': 'minimal' })
  assert.equal(made.outcome, 'immediate')
})

const sizes = [72, 36, 192, 27, 16, 4, 4, 36, 16]

for (const [at, table] of tables.entries()) {
  test(`${table.title}: each of its ${sizes[at]} rows decides as it stands`, () => {
    assert.equal(table.rows.length, sizes[at])
    for (const row of table.rows) {
      const found = decide<string, string>(table, namesOf(table, row), [])
      assert.equal(found.outcome, row.outcome)
      assert.deepEqual(found.rows, [row.row])
      assert.ok(found.inputs.every(({ from }) => from === 'given'))
    }
  })

  test(`${table.title}: every combination has exactly one row, every outcome occurs`, () => {
    const combinations = table.inputs.reduce((product, { values }) => product * values.length, 1)
    const seen = new Set(table.rows.map(({ values }) => values.join('/')))
    assert.equal(seen.size, combinations)
    assert.equal(table.rows.length, combinations)
    const outcomes = new Set(table.rows.map(({ outcome }) => outcome))
    assert.deepEqual(outcomes, new Set(table.outcome.values))
  })

  test(`${table.title}: a more urgent answer never makes the outcome less urgent`, () => {
    const rankOf = (row: TableRow): number[] =>
      table.inputs.map(({ values }, index) => values.indexOf(row.values[index] ?? ''))
    for (const one of table.rows) {
      for (const other of table.rows) {
        const [left, right] = [rankOf(one), rankOf(other)]
        if (!left.every((rank, index) => rank <= (right[index] ?? 0))) continue
        assert.ok(urgencyOf(table, one.outcome) <= urgencyOf(table, other.outcome))
      }
    }
  })

  test(`${table.title}: defaults are values, and knowing more never adds an outcome`, () => {
    for (const { point, value } of table.defaults) {
      const found = table.inputs.find(({ name }) => name === point)
      assert.ok(found?.values.includes(value), `${point}: ${value}`)
    }
    const some = fc.record(
      Object.fromEntries(
        table.inputs.map(({ name, values }) => [name, fc.constantFrom(undefined, ...values)]),
      ),
    )
    fc.assert(
      fc.property(some, fc.nat(table.inputs.length - 1), (inputs, hidden) => {
        const fuller = decide<string, string>(table, inputs)
        const name = table.inputs[hidden]?.name ?? ''
        const poorer = decide<string, string>(table, { ...inputs, [name]: undefined })
        const open = new Set<string>(poorer.possibleAsGiven)
        assert.ok(fuller.possibleAsGiven.every((outcome) => open.has(outcome)))
        assert.ok(fuller.possible.every((outcome) => fuller.possibleAsGiven.includes(outcome)))
        assert.equal(fuller.outcome === null, fuller.possible.length !== 1)
      }),
    )
  })
}
