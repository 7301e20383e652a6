import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { MixedKnowledge } from '#features/correlate/judge-all.ts'
import { knowledgeOf } from '#features/correlate/knowledge.ts'
import type { Doing, Step } from './history.ts'
import { seedProcess } from './randomness.ts'
import { newRun, type Run } from './tally.ts'
import { TwoWorlds, type Wish } from './two-worlds.ts'

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
const ofCases: readonly Step[] = [
  ...[step('report', 'fay', null), step('report', 'sable', 0)],
  ...[step('report', 'sable', 1), step('report', 'sable', 2)],
  step('work', 'vera', null),
  ...[step('title', 'cleo', 0), step('note', 'cleo', 0), step('exclude', 'cleo', 0)],
  ...[step('ask', 'cleo', 0), step('read-in', 'cleo', 1)],
]

/** A bundle by other numbers has other bytes; with these its patch helps. */
const proof = (who: Step['who'], label: number | null, pick: number): Step => ({
  ...step('prove', who, label),
  picks: [pick, 1, 0],
})
/** The patch of each of two proofs is tried on the other, of another label; a third one waits. */
const ofProofs: readonly Step[] = [
  { ...step('report', 'sable', null), text: 'Path traversal through read_tile of lantern' },
  ...[step('report', 'fay', null), step('report', 'sable', 0), step('work', 'vera', null)],
  ...[proof('fay', null, 0), proof('sable', 0, 1), step('work', 'vera', null)],
  ...[step('suggestion', 'cleo', 0), proof('sable', 0, 2)],
]

/** Offers to one evaluator organisation: Ed is cleared for all but the last, that of a partner. */
const ofDesk: readonly Step[] = (
  [
    ['offer', 'lark', null],
    ['offer', 'lena', null],
    ['offer', 'lark', 0],
    ['partner', 'lark', 0],
  ] as const
).map(([doing, who, label]) => ({ ...step(doing, who, label), picks: [1, 3, 1] }))

/** What is declared, reached and run under one engagement, for one label or the common one. */
const evaluated = (doing: Doing): readonly Step[] =>
  [null, 0].map((label) => ({ ...step(doing, 'lark', label), picks: [2, 3, 1] }))
const ofEvaluation: readonly Step[] = [
  ...[...ofDesk.slice(0, 3), ...evaluated('declare')],
  { ...step('pass', 'vera', null), picks: [39, 0, 0] },
  ...[...evaluated('gateway'), ...evaluated('run')],
]

type Play = Pick<Wish, 'history' | 'lookers'>
const cases: Play = { history: ofCases, lookers: ['rita', 'max', 'una', 'odo'] }
const proofs: Play = { history: ofProofs, lookers: ['fay', 'rita', 'bela'] }
const desk: Play = { history: ofDesk, lookers: ['ed', 'lena', 'pat'] }

const evaluation: Play = { history: ofEvaluation, lookers: ['ed', 'lena', 'bela'] }

/** Plays a short history in two worlds whose databases were changed alike before. */
async function played(play: Play, alter: readonly string[]): Promise<Run> {
  const run = newRun()
  const rest = { marking: 'labels', steps: 0, every: 99, routesEachStep: 0 } as const
  await TwoWorlds.play(1, { knowledge, ...play, alter, ...rest }, run)
  return run
}

const shownAnyway = (table: string): string =>
  `create policy leak on parley.${table} for select to parley_app using (true)`

type Mutation = readonly [what: string, seen: RegExp, ...alter: string[]]
const mutations: readonly Mutation[] = [
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

/** Nothing but proofs and their runs is told by these. */
const mutationsOfProofs: readonly Mutation[] = [
  ['proofs are shown whatever their label', /^\/v1\/proof-(?:runs|queue)/, shownAnyway('proof')],
  ['runs are shown whatever their label', /^\/v1\/proofs\//, shownAnyway('proof_run')],
  [
    'what proofs show is counted whatever their label',
    /^\/v1\/finders/,
    `create or replace function parley.proofs_shown()
      returns table (organisation_id text, name text, label_id integer, proofs bigint)
      language sql stable security definer set search_path = parley, pg_temp as $$
      select r.organisation_id, f.name, 1, count(*) from parley.proof p
      join parley.report r on r.no = p.report_no cross join lateral unnest(r.finders) as f (name)
      where p.level in ('E3', 'E4') group by 1, 2 $$`,
  ],
]

const ofEngagements = (name: string, where: string): string =>
  `create or replace function parley.${name} language sql stable security definer
    set search_path = parley, pg_temp as $$ ${where} $$`

/** What only people of the model desk may ask, and what only they are told. */
const mutationsOfDesk: readonly Mutation[] = [
  [
    'evaluators need no clearance',
    /^\/v1\/engagements$/,
    ofEngagements(
      'engagements_evaluated() returns setof text',
      `select e.id from parley.engagement e where parley.actor_may('evaluate')
        and e.evaluator_id = parley.actor_organisation()`,
    ),
  ],
  [
    'developers see what others offer',
    /^\/v1\/engagements$/,
    ofEngagements(
      'engagements_offered() returns setof text',
      `select e.id from parley.engagement e where parley.actor_may('offer')`,
    ),
  ],
  [
    'whoever asks speaks for a side and reads what was done',
    /^\/v1\/engagements\/\w+\/events/,
    ofEngagements(
      'engagement_side(asked text) returns text',
      `select case when asked in (select parley.engagements_offered()) then 'developer'
        else 'evaluator' end from parley.engagement e where e.id = asked`,
    ),
    shownAnyway('engagement_event'),
  ],
  [
    'live events tell of any engagement',
    /^\/v1\/events/,
    'drop policy engagements_are_told_to_nobody_else on parley.live_event',
    `alter policy engagements_are_told on parley.live_event using (topic = 'engagement')`,
  ],
  [
    'partners are shown to whoever acts for one',
    /^\/v1\/partners/,
    ofEngagements(
      'partners_named() returns setof bigint',
      `select u.partner_no from parley.partner_user u where parley.actor_may('partake')`,
    ),
  ],
]

const mutationsOfEvaluation: readonly Mutation[] = [
  ['packs are shown to everybody', /^\/v1\/packs/, shownAnyway('pack')],
]

test('nothing is noticed of what is secret', async () => {
  const { comparisons, differences } = await played(cases, [])
  assert.deepEqual(differences, [])
  assert.ok(comparisons > 80, `${comparisons} comparisons`)
})

test('nothing is noticed of secret proofs and of what running them shows', async () => {
  const { differences, secrets } = await played(proofs, [])
  assert.deepEqual(differences, [])
  // Its own run, that of each patch on the other proof, and the one that waits.
  assert.deepEqual([secrets.get('proof'), secrets.get('run'), secrets.get('link')], [2, 4, 1])
})

test('nothing is noticed of secret engagements and their partners', async () => {
  const { differences, secrets } = await played(desk, [])
  assert.deepEqual(differences, [])
  assert.deepEqual([secrets.get('engagement'), secrets.get('partner')], [1, 1])
})

test('nothing is noticed of what is evaluated under secret engagements', async () => {
  const { differences, secrets } = await played(evaluation, [])
  assert.deepEqual(differences, [])
  const counts = ['pack', 'declared', 'trial', 'grant'].map((kind) => secrets.get(kind))
  assert.deepEqual(counts, [1, 1, 1, 1])
})

for (const [play, all] of [
  [cases, mutations],
  [proofs, mutationsOfProofs],
  [desk, mutationsOfDesk],
  [evaluation, mutationsOfEvaluation],
] as const) {
  for (const [what, seen, ...alter] of all) {
    test(`it is noticed when ${what}`, async () => {
      const { differences } = await played(play, alter)
      const paths = differences.map(({ path }) => path)
      assert.ok(
        paths.some((path) => seen.test(path)),
        `${paths}`,
      )
    })
  }
}
