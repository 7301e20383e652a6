import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { MixedKnowledge } from '#features/correlate/judge-all.ts'
import { knowledgeOf } from '#features/correlate/knowledge.ts'
import type { Doing, Step } from './history.ts'
import { seedProcess } from './randomness.ts'
import { newRun, type Run } from './tally.ts'
import { TwoWorlds } from './two-worlds.ts'

let knowledge: MixedKnowledge
let restore = (): void => undefined
before(async () => {
  knowledge = { prose: await knowledgeOf('prose'), advisory: await knowledgeOf('advisory') }
  restore = seedProcess()
})
after(() => restore())

const step = (doing: Doing, who: Step['who'], label: number | null): Step => ({
  ...{ do: doing, who, isSecret: label !== null, picks: [0, 0, label ?? 0] },
  text: 'Heap overflow in parse_chunk of tinyframe',
})
const history: readonly Step[] = [
  ...[step('report', 'fay', null), step('report', 'sable', 0)],
  ...[step('report', 'sable', 1), step('report', 'sable', 2)],
  step('work', 'vera', null),
  ...[step('title', 'cleo', 0), step('note', 'cleo', 0), step('exclude', 'cleo', 0)],
  ...[step('ask', 'cleo', 0), step('read-in', 'cleo', 1)],
]

/** Plays a short history in two worlds whose databases were changed alike before. */
async function played(alter: readonly string[]): Promise<Run> {
  const run = newRun()
  const lookers = ['rita', 'max', 'una', 'odo'] as const
  const wish = {
    knowledge,
    history,
    lookers,
    alter,
    marking: 'labels',
    steps: 0,
    every: 99,
    routesEachStep: 0,
  } as const
  await TwoWorlds.play(1, wish, run)
  return run
}

const shownAnyway = (table: string): string =>
  `create policy leak on parley.${table} for select to parley_app using (true)`

const mutations: readonly (readonly [what: string, seen: RegExp, ...alter: string[]])[] = [
  [
    'whoever asks is cleared for every label',
    /^\/v1\/cases/,
    `create or replace function parley.visible_labels() returns table (id integer)
      language sql stable security definer rows 100 set search_path = parley, pg_temp
      as $$ select l.id from parley.label l $$`,
  ],
  ['cases are counted whatever their label', /^\/v1\/cases/, shownAnyway('case_count')],
  ['the days are counted whatever the label', /^\/v1\/overview/, shownAnyway('day_count')],
  ['live events are told whatever their label', /^\/v1\/events/, shownAnyway('live_event')],
  ['requests name any case', /^\/v1\/approvals/, 'drop policy of_cleared_cases on parley.approval'],
  [
    'the search looks at every case',
    /^\/v1\/cases/,
    'alter function parley.case_conditions(jsonb) rename to case_conditions_by_label',
    `create function parley.case_conditions(asked jsonb) returns text language sql stable as $$
      select regexp_replace(parley.case_conditions_by_label(asked), ' and c.label_id = any .*', '')
    $$`,
  ],
]

test('nothing is noticed of what is secret', async () => {
  const { comparisons, differences } = await played([])
  assert.deepEqual(differences, [])
  assert.ok(comparisons > 80, `${comparisons} comparisons`)
})

for (const [what, seen, ...alter] of mutations) {
  test(`it is noticed when ${what}`, async () => {
    const { differences } = await played(alter)
    const paths = differences.map(({ path }) => path)
    assert.ok(
      paths.some((path) => seen.test(path)),
      `${paths}`,
    )
  })
}
