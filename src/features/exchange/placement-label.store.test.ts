import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { casePage } from '#features/case/case-page.store.ts'
import { keepCasesApart, relateCases } from '#features/case/pair.store.ts'
import { mergeCases } from '#features/case/structure.store.ts'
import { decideSuggestion } from '#features/case/suggestion.store.ts'
import { knowledgeOf } from '#features/correlate/knowledge.ts'
import { labelIdFor } from '#features/label/label.store.ts'
import { commonLabel, commonLabelId, type Label } from '#features/label/label.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import { tellSubmitters } from '#features/report/notice.store.ts'
import type { Report } from '#features/report/report.ts'
import { factsOfReceipt } from '#features/report/submission.store.ts'
import { nextOf } from '#features/report/submission.ts'
import { randomKey } from '#platform/crypto/keys.ts'
import { type Actor, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { documentsOf } from '#platform/files/documents.ts'
import { freshDatabase, type TestDatabase } from '../../../test/db/database.ts'
import { coordinator, finder, peopleOf, secondCoordinator } from '../../../test/db/reports.ts'
import { jobsOn } from '../../../test/e2e/intake-desk.ts'
import { root } from '../../../test/root.ts'
import { decoders } from './decoders.ts'
import { Placer } from './placement.ts'
import { importFrom } from './read.ts'
import { setAside } from './set-aside.ts'

const knowledge = { prose: await knowledgeOf('prose'), advisory: await knowledgeOf('advisory') }
const examples = await importFrom(documentsOf([`${root}/examples/findings`]), { decoders })
const keys = reportKeysOf({ is: 'root', all: [randomKey()] })
const { kept } = setAside(examples.reports, null)
const formats = new Map(examples.files.map(({ name, format }) => [name, format ?? 'unknown']))
const now = new Date('2026-11-21T12:00:00Z')
const clock = { now: () => now }
const red: Label = { ...commonLabel, tlp: 'red' }
const glass: Label = { ...commonLabel, compartments: ['GLASS'] }

const inside = <T>(of: TestDatabase, work: (tx: Tx) => Promise<T>, actor: Actor = systemActor) =>
  asActor(of.app, actor, work)

const numberOf = async (of: TestDatabase, label: Label): Promise<number> => {
  const found = await inside(of, (tx) => labelIdFor(tx, label))
  return found.ok ? found.value : assert.fail('above the ceiling')
}

const placerOn = ({ app: pool }: TestDatabase): Placer =>
  new Placer({ pool, knowledge, clock, model: 'test', keys })

/** Stores reports under a label, waiting for a case; `as` tells copies of one example apart. */
async function store(
  of: TestDatabase,
  reports: readonly (readonly [report: Report, as: string])[],
  { label, importNo = null }: { readonly label: number; readonly importNo?: number | null },
): Promise<void> {
  await inside(of, async (tx) => {
    for (const [at, [{ id, file, finders, source, finding }, as]] of reports.entries()) {
      const name = `${id}x${as}`
      const { rows } = await sql<{ no: number }>`
        insert into parley.report (id, receipt, organisation_id, received_at, import_no, ordinal,
          format, document, finders, source, title, finding, label_id)
        values (${name}, ${`SUB-${name}`}, 'org_finder01', ${now}, ${importNo},
          ${importNo === null ? null : at}, ${formats.get(file) ?? 'tap'}, ${file},
          ${[...finders]}, ${source}, ${finding.title}, ${JSON.stringify(finding)}, ${label})
        returning no`.execute(tx)
      await sql`insert into parley.arrival (report_no, import_no, label_id)
        values (${rows[0]?.no ?? 0}, ${importNo}, ${label})`.execute(tx)
    }
  })
}

async function startImport(of: TestDatabase, label: number): Promise<number> {
  return inside(of, async (tx) => {
    const { rows } = await sql<{ no: number }>`
      insert into parley.bulk_import
        (id, organisation_id, name, sha256, size_bytes, blob, state, received_at, label_id)
      values ('import_' || substr(md5(random()::text), 1, 10), 'org_finder01', 'x', '', 1, '{}',
        'read', ${now}, ${label}) returning no`.execute(tx)
    return rows[0]?.no ?? 0
  })
}

async function placeAll(placer: Placer): Promise<void> {
  while ((await placer.placeNext()) !== null);
}

async function lookAll(placer: Placer): Promise<number> {
  let links = 0
  for (let one = await placer.lookAcross(); one; one = await placer.lookAcross()) links += one.links
  return links
}

/** Names instead of what is random or counted up: a case is called after its first report. */
const named = `with case_name as (
    select cr.case_id as id, 'case of ' || min(r.id collate "C") as name
    from parley.case_report cr join parley.report r on r.no = cr.report_no group by 1)`

/** Everything that tells of the common label, as whoever is cleared for no other is shown it. */
const shown = {
  cases: `select n.name, to_jsonb(c) - 'id' - 'no' as row from parley.vulnerability_case c
    join case_name n on n.id = c.id order by 1`,
  members: `select r.id, n.name, cr.how, cr.probability, cr.substance, w.id as "with",
      cr.because -> 'reasons' as reasons
    from parley.case_report cr join parley.report r on r.no = cr.report_no
    join case_name n on n.id = cr.case_id
    left join parley.report w on w.no = (cr.because ->> 'with')::bigint order by 1`,
  suggestions: `select least(a.id, b.id) as a, greatest(a.id, b.id) as b, s.kind, s.probability,
      s.because, s.state, s.label_id
    from parley.suggestion s join parley.report a on a.no = s.report_a
    join parley.report b on b.no = s.report_b order by 1, 2, 3`,
  kin: `select k.key::text, k.kind, k.because, n.name from parley.case_kin k
    join case_name n on n.id = k.case_id order by 1, 4`,
  relations: 'select kind from parley.case_relation order by 1',
  history: 'select kind, told from parley.case_event order by no',
  live: `select e.topic, coalesce(n.name, e.ref) as ref, e.label_id, count(*)
    from parley.live_event e left join case_name n on n.id = e.ref
    where e.topic <> 'import' group by 1, 2, 3 order by 1, 2`,
  caseCounts: `select status, verdict, severity, band, evidence, is_gone, label_id, sum(count)
    from parley.case_count group by 1, 2, 3, 4, 5, 6, 7 order by 1, 2, 3, 4, 5, 6, 7`,
  dayCounts: `select day, name, label_id, sum(count) from parley.day_count
    group by 1, 2, 3 order by 1, 2, 3`,
  suggestionCounts: `select kind, state, label_id, sum(count) from parley.suggestion_count
    group by 1, 2, 3 order by 1, 2, 3`,
  finders: 'select to_jsonb(f) as row from parley.finder f order by name',
  imports: "select told - 'position' as told, state from parley.bulk_import order by no",
} as const

/** What the product itself goes by when it places the next report of the common label. */
const indexed = {
  profiles: `select r.id, p.domain, p.scan, p.text from parley.correlation_profile p
    join parley.report r on r.no = p.report_no where p.label_id = ${commonLabelId} order by 1`,
  equal: `select e.key::text, r.id from parley.correlation_equal e
    join parley.report r on r.no = e.report_no where r.label_id = ${commonLabelId} order by 1`,
  population: `select reports, encode(sha256(counts), 'hex') as counts
    from parley.correlation_population where label_id = ${commonLabelId}`,
} as const

async function told(of: TestDatabase): Promise<string> {
  const all: Record<string, unknown> = {}
  for (const [queries, actor] of [
    [shown, coordinator],
    [indexed, systemActor],
  ] as const) {
    for (const [name, query] of Object.entries(queries)) {
      const { rows } = await inside(of, (tx) => sql.raw(`${named} ${query}`).execute(tx), actor)
      all[name] = rows
    }
  }
  return JSON.stringify(all, null, 1)
}

type Step = {
  readonly isOther: boolean
  readonly isImport: boolean
  readonly picks: readonly number[]
  readonly places: boolean
  readonly looks: boolean
}

const steps = fc.array(
  fc.record({
    isOther: fc.boolean(),
    isImport: fc.boolean(),
    picks: fc.array(fc.nat({ max: kept.length - 1 }), { minLength: 1, maxLength: 12 }),
    places: fc.boolean(),
    looks: fc.boolean(),
  }),
  { minLength: 4, maxLength: 9 },
)

describe('placing reports of several labels', () => {
  const opened: TestDatabase[] = []
  const fresh = async (): Promise<TestDatabase> => {
    const made = await freshDatabase()
    opened.push(made)
    await peopleOf(made.app)
    return made
  }
  after(async () => {
    for (const one of opened) await one[Symbol.asyncDispose]()
  })

  /** Carries out a history, with or without what it does under another label. */
  async function carryOut(history: readonly Step[], hasOthers: boolean): Promise<string> {
    const of = await fresh()
    const other = hasOthers ? await numberOf(of, red) : 0
    const placer = placerOn(of)
    for (const [at, { isOther, isImport, picks, places, looks }] of history.entries()) {
      if (!isOther || hasOthers) {
        const label = isOther ? other : commonLabelId
        const reports = picks.flatMap((pick, n) => {
          const report = kept[pick]
          return report ? [[report, `${at}y${n}`] as const] : []
        })
        const importNo = isImport ? await startImport(of, label) : null
        await store(of, reports, { label, importNo })
      }
      if (places) await placeAll(placer)
      if (looks) await lookAll(placer)
    }
    await placeAll(placer)
    await placer.save()
    return told(of)
  }

  test('nothing that is told of one label depends on the reports of another', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        const mixed = [
          ...history,
          { isOther: true, isImport: false, picks: [0, 1], places: true, looks: true },
        ]
        assert.equal(await carryOut(mixed, true), await carryOut(mixed, false))
      }),
      { numRuns: 4, endOnFailure: true },
    )
  })

  describe('of the same flaws', () => {
    let of: TestDatabase
    let placer: Placer
    let other = 0
    before(async () => {
      of = await fresh()
      other = await numberOf(of, red)
      placer = placerOn(of)
      const reports = kept.slice(0, 12).map((one) => [one, 'a'] as const)
      await store(of, reports, { label: commonLabelId })
      await store(
        of,
        reports.map(([one]) => [one, 'b'] as const),
        { label: other },
      )
      await placeAll(placer)
      const clear = (person: string) => sql`
        insert into parley.clearance (person_id, organisation_id, classification, tlp, changed_at)
        values (${person}, 'org_staff001', 0, 4, now())`
      await inside(of, (tx) => clear('person_bo000001').execute(tx))
    })

    const links = (actor: Actor) =>
      inside(
        of,
        async (tx) => {
          const { rows } = await sql<{ id: string; a: string; b: string; state: string }>`
            select s.id, a.case_id as a, b.case_id as b, s.state from parley.suggestion s
            join parley.case_report a on a.report_no = s.report_a
            join parley.case_report b on b.report_no = s.report_b
            where s.kind = 'link' order by s.no`.execute(tx)
          return rows
        },
        actor,
      )

    test('no case holds reports of two labels', async () => {
      const { rows } = await inside(of, (tx) =>
        sql`select cr.case_id from parley.case_report cr join parley.report r on r.no = cr.report_no
          group by 1 having count(distinct r.label_id) > 1`.execute(tx),
      )
      assert.deepEqual(rows, [])
    })

    test('a link is shown to those alone who are cleared for both', async () => {
      const before = await told(of)
      assert.ok((await lookAll(placer)) > 0)
      assert.deepEqual(await links(coordinator), [])
      assert.deepEqual(await links(finder), [])
      const found = await links(secondCoordinator)
      assert.ok(found.length > 0)
      assert.equal(await told(of), before)
      assert.equal(await lookAll(placer), 0, 'nothing is left to compare')
    })

    const by = { person: 'person_bo000001', now }
    const decide = (actor: Actor, id: string, answer: 'yes' | 'no' | 'unsure') =>
      inside(of, (tx) => decideSuggestion(tx, { id, answer }, by), actor)
    const relationsOf = async (actor: Actor, id: string): Promise<readonly string[]> => {
      const page = await inside(of, (tx) => casePage(tx, id, keys), actor)
      return page?.relations.filter(({ kind }) => kind === 'same-flaw').map((r) => r.with) ?? []
    }

    test('to who may not be shown a link it is as if it were not there', async () => {
      const [link] = await links(secondCoordinator)
      const asked = await decide(coordinator, link?.id ?? '', 'yes')
      const unknown = await decide(coordinator, 'suggestion_nothing0', 'yes')
      assert.deepEqual(asked, unknown)
    })

    test('cases of unlike labels are not merged, related or kept apart by a person', async () => {
      const [link] = await links(secondCoordinator)
      const { a = '', b = '' } = link ?? {}
      const seen = { id: a, version: 1 }
      const asked = [
        (tx: Tx) => mergeCases(tx, { into: seen, cases: [b] }, by),
        (tx: Tx) => keepCasesApart(tx, { seen, with: b }, by),
        (tx: Tx) => relateCases(tx, { seen, with: b, kind: 'related', why: 'x' }, by),
      ]
      for (const one of asked) {
        const declined = await inside(of, one, secondCoordinator)
        assert.deepEqual(declined, { ok: false, refusal: { is: 'labels' } })
      }
    })

    test('a link that is accepted relates the cases, and changes neither', async () => {
      const [link] = await links(secondCoordinator)
      const { id = '', a = '', b = '' } = link ?? {}
      const before = await told(of)
      const versions = async () => {
        const query = sql`select version, changed_at from parley.vulnerability_case
          where id in (${a}, ${b}) order by id`
        return (await inside(of, (tx) => query.execute(tx))).rows
      }
      const stood = await versions()
      assert.equal((await decide(secondCoordinator, id, 'yes')).ok, true)
      assert.deepEqual(await relationsOf(secondCoordinator, a), [b])
      assert.deepEqual(await relationsOf(secondCoordinator, b), [a])
      for (const one of [a, b]) assert.deepEqual(await relationsOf(coordinator, one), [])
      assert.equal(await told(of), before)
      assert.deepEqual(await versions(), stood)
      assert.equal((await decide(secondCoordinator, id, 'no')).ok, true)
      assert.deepEqual(await relationsOf(secondCoordinator, a), [])
      assert.equal(await told(of), before)
      await store(
        of,
        kept.slice(0, 3).map((one) => [one, 'c'] as const),
        { label: other },
      )
      await placeAll(placer)
      assert.equal(await lookAll(placer), 0, 'what was answered is not asked again')
    })

    test('a submitter learns of what it may not be shown as of anything new', async () => {
      const own = Array.from(kept.slice(20, 21), (one) => [one, 'new'] as const)
      await store(of, [...own, ...own.map(([one]) => [one, 'again'] as const)], { label: other })
      await placeAll(placer)
      const factsOf = (as: string, from = own[0]?.[0]) =>
        inside(of, (tx) => factsOfReceipt(tx, `SUB-${from?.id}x${as}`), finder)
      const [first, again] = [await factsOf('new'), await factsOf('again')]
      assert.deepEqual([first?.case, first?.joinedAt], [null, now])
      assert.deepEqual(again, first)
      assert.match(first ? nextOf(first) : '', /cleared for its label/)
      assert.notEqual((await factsOf('a', kept[0]))?.case, null)
    })

    test('no mail and no webhook tells of what only the cleared are shown', async () => {
      const jobs = await jobsOn(of)
      const reports = await inside(of, async (tx) => {
        await sql`insert into parley.setting (name, value, changed_at)
          values ('webhook:org_finder01', '{}', ${now})`.execute(tx)
        const { rows } = await sql<{ no: number }>`select no from parley.report`.execute(tx)
        const numbers = rows.map(({ no }) => no)
        await tellSubmitters(tx, { reports: numbers, event: 'confirmed', now })
        return numbers
      })
      const { rows } = await inside(of, (tx) =>
        sql<{ label_id: number }>`select distinct r.label_id from parley.notice n
          join parley.report r on r.no = n.report_no`.execute(tx),
      )
      await jobs.close()
      assert.ok(reports.length > 12)
      assert.deepEqual(rows, [{ label_id: commonLabelId }])
    })

    test('a case that gets another label is found under that one alone', async () => {
      const made = await fresh()
      const own = placerOn(made)
      const [report] = kept
      assert.ok(report)
      const high = await numberOf(made, glass)
      await store(made, [[report, 'a']], { label: commonLabelId })
      await store(made, [[kept[1] ?? report, 'b']], { label: high })
      await placeAll(own)
      await inside(made, async (tx) => {
        const { rows } = await sql<{ id: string }>`select cr.case_id as id
          from parley.case_report cr join parley.report r on r.no = cr.report_no
          where r.label_id = ${commonLabelId}`.execute(tx)
        const { rows: done } = await sql`select parley.relabel_case(${rows[0]?.id}, ${high})
          as became`.execute(tx)
        assert.deepEqual(done, [{ became: 'relabelled' }])
      })
      await lookAll(own)
      await store(made, [[report, 'c']], { label: commonLabelId })
      await placeAll(own)
      assert.equal(await casesWith(made, report.id), 2)
      await store(made, [[report, 'd']], { label: high })
      await placeAll(own)
      assert.equal(await casesWith(made, report.id), 2)
    })
  })
})

/** In how many cases the copies of an example are. */
async function casesWith(of: TestDatabase, id: string): Promise<number> {
  return inside(of, async (tx) => {
    const { rows } = await sql<{ n: number }>`select count(distinct cr.case_id) as n
      from parley.case_report cr join parley.report r on r.no = cr.report_no
      where starts_with(r.id, ${`${id}x`})`.execute(tx)
    return rows[0]?.n ?? 0
  })
}
