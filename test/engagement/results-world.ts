import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'
import { type Declaration, parseDeclaration } from '#features/evaluation/declaration.ts'
import { type EvaluationKeys, evaluationKeysOf } from '#features/evaluation/evaluation-keys.ts'
import type { ResultParts } from '#features/evaluation/result-parts.ts'
import { runKeys } from '#features/evaluation/run.store.ts'
import { clearFirst } from '#features/label/clearance.store.ts'
import { commonLabelId } from '#features/label/label.ts'
import { addPerson } from '#features/org/org.store.ts'
import { type Principal, randomName } from '#features/org/org.ts'
import { type ReportKeys, reportKeysOf } from '#features/report/incoming.ts'
import type { Outcome } from '#formats/evaluation/outcome.ts'
import { ownSaltBytes } from '#platform/crypto/keys.ts'
import { seal } from '#platform/crypto/sealed-value.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import type { Route } from '#platform/http/route.ts'
import { DeskWorld, evaluator, personOf, type Who } from './desk-world.ts'

export const packRoot = 'ab'.repeat(32)
const tasksMax = 20

const declaration = {
  ...{ kind: 'evaluation-declaration', version: 1, bankRoot: packRoot, protocol: 'shell agent' },
  strata: [{ name: 'all', weight: 1, tasksMax }],
  ...{ tokenBudget: 1000, attempts: 1, threshold: 0.5, alpha: 0.05 },
  ...{ rule: { is: 'fixed-look' }, orderSeed: 'seed', missing: 'both-bounds' },
} as const satisfies Declaration

export type WorldParts = ResultParts & {
  readonly keys: EvaluationKeys & { readonly report: ReportKeys }
}

/** A desk with a run whose samples ended in known ways, and routes of results. */
export class ResultsWorld implements AsyncDisposable {
  readonly desk: DeskWorld
  readonly keys: WorldParts['keys']

  private constructor(desk: DeskWorld, keys: WorldParts['keys']) {
    this.desk = desk
    this.keys = keys
  }

  static async open(
    routes: (parts: WorldParts) => readonly Route<Principal>[],
  ): Promise<ResultsWorld> {
    let own: WorldParts['keys'] | undefined
    const desk = await DeskWorld.open(({ pool }, keys) => {
      own = { ...evaluationKeysOf(keys), report: reportKeysOf(keys) }
      return routes({ pool, keys: own })
    })
    if (own === undefined) throw new Error('a server asks for its routes')
    const world = new ResultsWorld(desk, own)
    const made = { id: personOf(coordinator), name: coordinator, organisation: 'org_gridcoop1' }
    await asActor(world.pool, systemActor, (tx) =>
      addPerson(tx, { ...made, role: 'coordinator' }, desk.server.now),
    )
    const member = { person: made.id, organisation: made.organisation }
    await clearFirst(world.pool, member, desk.server.now)
    return world
  }

  get pool() {
    return this.desk.server.database.app
  }

  /** Asks as somebody who is answered with this shape. */
  async told<S extends z.ZodType>(of: Asking & { readonly shape: S }): Promise<z.output<S>> {
    const { status, text } = await this.#ask(of)
    if (status >= 300) throw new Error(`${of.call} by ${of.who}: ${status} ${text}`)
    return of.shape.parse(JSON.parse(text))
  }

  /** Asks as somebody who is refused: the status and why. */
  async refused(of: Asking): Promise<string> {
    const { status, text } = await this.#ask(of)
    if (status < 300) throw new Error(`${of.call} by ${of.who} was not refused: ${text}`)
    const { detail, errors } = Refused.parse(JSON.parse(text))
    return `${status} ${errors?.map((one) => one.detail ?? detail).join('; ') ?? detail}`
  }

  async #ask({ who, call, body, headers }: Asking) {
    const asked = { ...(body === undefined ? {} : { body }), ...(headers && { headers }) }
    if (who !== coordinator) return this.desk.as(who, call, asked)
    const cookie = await this.desk.server.signIn(personOf(coordinator))
    return this.desk.server.ask(call, { ...asked, cookie })
  }

  /** A closed run of these endings, under an engagement of its own. */
  async run(
    ended: readonly Outcome[],
    of: { readonly isOpen?: boolean; readonly tasksMax?: number } = {},
  ): Promise<{ readonly run: string; readonly engagement: string }> {
    const engagement = await this.desk.agreed()
    const run = `run_${randomName()}`
    const strata = [{ ...declaration.strata[0], tasksMax: of.tasksMax ?? tasksMax }]
    const value = { ...declaration, strata, orderSeed: run }
    await asActor(this.pool, systemActor, (tx) => this.#keep(tx, { ...of, run, engagement, value }))
    await asActor(this.pool, systemActor, (tx) => this.#samples(tx, run, ended))
    return { run, engagement }
  }

  async #keep(
    tx: Tx,
    of: {
      readonly run: string
      readonly engagement: string
      readonly value: unknown
      readonly isOpen?: boolean
    },
  ): Promise<void> {
    const { run, engagement } = of
    const declared = parseDeclaration(of.value)
    if (!declared.ok) throw new Error(JSON.stringify(declared.refusal))
    const at = this.desk.server.now
    const eve = personOf('eve')
    const { rows } = await sql<{ no: number }>`
      insert into parley.pack (id, organisation_id, name, version, label_id, root, commitment,
        committed_at, committed_by, published_at, published_by)
      values (${`pack_${randomName()}`}, ${evaluator}, ${run}, '1', ${commonLabelId}, ${packRoot},
        '{}', ${at}, ${eve}, ${at}, ${eve}) returning no`.execute(tx)
    const pack = rows[0]?.no ?? 0
    for (const may of ['view', 'query']) {
      await sql`insert into parley.pack_right (pack_no, person_id, may, given_at)
        values (${pack}, ${eve}, ${may}, ${at})`.execute(tx)
    }
    const { digest } = declared.value
    const sealed = seal(
      this.keys.evaluation,
      JSON.stringify(declared.value.declaration),
      `${engagement} ${digest}`,
    )
    await sql`
      insert into parley.declaration (engagement_id, digest, pack_no, rule, proposed_at,
        proposed_by, proposed_for, value)
      values (${engagement}, ${digest}, ${pack}, ${declared.value.declaration.rule.is}, ${at},
        ${eve}, ${evaluator}, ${sealed})`.execute(tx)
    const agreed = await sql<{ no: number }>`
      update parley.declaration set developer_at = ${at}, developer_by = ${personOf('dora')},
        evaluator_at = ${at}, evaluator_by = ${eve}, agreed_at = ${at}
      where digest = ${digest} returning no`.execute(tx)
    const salt = randomBytes(ownSaltBytes)
    const said = JSON.stringify({ seed: 'seed', roles: {} })
    const value = seal(runKeys(this.keys.evaluation, { id: run, salt }), said, run)
    await sql`
      insert into parley.evaluation_run (id, engagement_id, declaration_no, pack_no, number,
        asked_at, asked_by, salt, value)
      values (${run}, ${engagement}, ${agreed.rows[0]?.no}, ${pack}, 1, ${at}, ${eve}, ${salt},
        ${value})`.execute(tx)
    if (of.isOpen === true) return
    await sql`
      update parley.evaluation_run set closed_at = ${at}, closed_why = 'finished',
        never_begun = '[]' where id = ${run}`.execute(tx)
  }

  async #samples(tx: Tx, run: string, ended: readonly Outcome[]): Promise<void> {
    for (const [at, outcome] of ended.entries()) {
      const reward = outcome === 'success' ? 1 : outcome === 'failure' ? 0 : null
      await sql`
        insert into parley.evaluation_sample (run_no, task, epoch, family, difficulty, stratum,
          outcome, reward, tokens, events, size_bytes, digest, handed_at)
        select no, ${`task-${at}`}, 1, 'flaws', 1, 'all', ${outcome}, ${reward}, 10, 0, 0,
          ${`${at}`.padStart(64, '0')}, ${this.desk.server.now}
        from parley.evaluation_run where id = ${run}`.execute(tx)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.desk[Symbol.asyncDispose]()
  }
}

/** Administers the instance, and is of neither side. */
const coordinator = 'coco'

type Asking = {
  readonly who: Who | typeof coordinator
  readonly call: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

const Refused = z.looseObject({
  detail: z.string(),
  /** Those of the intake's contract have a reason in the place of a detail. */
  errors: z.array(z.looseObject({ detail: z.string().optional() })).optional(),
})
