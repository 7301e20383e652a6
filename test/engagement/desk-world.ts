import { Client } from 'pg'
import type { DeskParts } from '#features/engagement/desk.ts'
import { deskCountRoutes } from '#features/engagement/desk-count.routes.ts'
import { determinationRoutes, type FindVerdict } from '#features/engagement/determination.routes.ts'
import { documentRoutes } from '#features/engagement/document.routes.ts'
import { engagementRoutes } from '#features/engagement/engagement.routes.ts'
import { type EngagementKeys, engagementKeysOf } from '#features/engagement/engagement.store.ts'
import { partnerRoutes } from '#features/engagement/partner.routes.ts'
import { evaluationKeysOf } from '#features/evaluation/evaluation-keys.ts'
import { verdictNamed } from '#features/evaluation/verdict.store.ts'
import { askFactor } from '#features/org/factor.store.ts'
import { addPerson } from '#features/org/org.store.ts'
import type { Principal } from '#features/org/org.ts'
import type { Role } from '#features/org/role.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { cursorsOf } from '#platform/http/cursor.ts'
import type { Route } from '#platform/http/route.ts'
import { type Asked, OrgServer, type Told } from '../http/org-server.ts'
import { proposal as fixed } from './offering.ts'

/** Who there is at the desk of the tests: name, organisation, role. */
const cast = [
  ['dora', 'org_larchlab1', 'developer'],
  ['dan', 'org_larchlab1', 'developer'],
  ['eve', 'org_oakinst01', 'evaluator'],
  ['ed', 'org_oakinst01', 'evaluator'],
  ['elm', 'org_elmlab001', 'developer'],
  ['ash', 'org_ashinst01', 'evaluator'],
  ['pat', 'org_gridcoop1', 'partner'],
  ['gus', 'org_gridcoop1', 'partner'],
  ['fay', 'org_elmlab001', 'finder'],
  ['rea', 'org_oakinst01', 'reader'],
  ['cora', 'org_oakinst01', 'coordinator'],
] as const satisfies readonly (readonly [string, string, Role])[]
export type Who = (typeof cast)[number][0]

export const personOf = (who: string): string => `person_${who.padEnd(8, '0')}`
export const developer = 'org_larchlab1'
export const evaluator = 'org_oakinst01'

const dayMs = 86_400_000
export const opensAfterMs = 5 * dayMs
export const closesAfterMs = 30 * dayMs

/** A server with the routes of the desk, a developer, an evaluator, and others who see nothing. */
export class DeskWorld implements AsyncDisposable {
  readonly server: OrgServer
  readonly keys: EngagementKeys
  readonly #cookies = new Map<string, string>()

  private constructor(server: OrgServer, keys: EngagementKeys) {
    this.server = server
    this.keys = keys
  }

  static async open(
    further: (parts: DeskParts, keys: Keys) => readonly Route<Principal>[] = () => [],
  ): Promise<DeskWorld> {
    const keys: Keys = { is: 'root', all: [randomKey()] }
    const server = await OrgServer.open({
      keys,
      further: (pool) => {
        const parts = { pool, keys: engagementKeysOf(keys), cursors: cursorsOf(keys) }
        const { evaluation } = evaluationKeysOf(keys)
        const findVerdict: FindVerdict = (tx, asked) => verdictNamed(tx, evaluation, asked)
        return [
          ...[...engagementRoutes(parts), ...documentRoutes(parts), ...partnerRoutes(parts)],
          ...determinationRoutes({ ...parts, findVerdict }),
          ...[...deskCountRoutes(parts), ...further(parts, keys)],
        ]
      },
    })
    const world = new DeskWorld(server, engagementKeysOf(keys))
    await world.#fill()
    return world
  }

  async #fill(): Promise<void> {
    const { server } = this
    await asActor(server.database.app, systemActor, async (tx) => {
      // Everybody here signs in by a link; that partners may not is tested by itself.
      await askFactor(tx, { role: 'partner', asks: 'any', by: server, now: server.now })
      for (const id of new Set(cast.map(([, organisation]) => organisation))) {
        const kinds = /inst/.test(id) ? ['evaluator'] : ['lab']
        const made = { id, name: id.slice(4), created_at: server.now, kinds }
        await tx.insertInto('parley.organisation').values(made).execute()
      }
      for (const [name, organisation, role] of cast) {
        await addPerson(tx, { id: personOf(name), name, organisation, role }, server.now)
      }
    })
  }

  /** Asks as somebody who signed in, and signs in again where that has ended meanwhile. */
  async as(who: Who, call: string, asked: Omit<Asked, 'cookie'> = {}): Promise<Told> {
    const cookie = this.#cookies.get(who)
    const told = cookie && (await this.server.ask(call, { ...asked, cookie }))
    if (told && told.status !== 401) return told
    const fresh = await this.server.signIn(personOf(who))
    this.#cookies.set(who, fresh)
    return this.server.ask(call, { ...asked, cookie: fresh })
  }

  /** Changes the database itself, as nobody of the product may. */
  async alter(statement: string): Promise<void> {
    const { superuserUrl, name } = this.server.database
    const url = new URL(superuserUrl)
    url.pathname = `/${name}`
    const client = new Client({ connectionString: url.href })
    await client.connect()
    await client.query(statement)
    await client.end()
  }

  /** What may be offered at this moment: opens in five days, closes with the release in thirty. */
  wish(people: readonly string[] = [personOf('eve')]) {
    const at = (ms: number): string => new Date(this.server.now.getTime() + ms).toISOString()
    const { independence: _, ...rest } = fixed
    return {
      ...rest,
      plannedReleaseAt: at(closesAfterMs),
      window: { opensAt: at(opensAfterMs), closesAt: at(closesAfterMs) },
      terms: { ...fixed.terms, people },
    }
  }

  /** An offer that the evaluator countered with what it says of itself, and both accepted. */
  async agreed(people?: readonly string[]): Promise<string> {
    const body = { evaluator, proposal: this.wish(people) }
    const { id } = JSON.parse((await this.as('dora', 'POST /v1/engagements', { body })).text)
    const say = async (who: Who, act: unknown) => {
      const told = await this.as(who, `POST /v1/engagements/${id}/acts`, { body: act })
      if (told.status !== 200) throw new Error(told.text)
      return JSON.parse(told.text)
    }
    const independence = { isIndependent: true, conflicts: [] }
    const { digest } = await say('eve', { kind: 'counter', proposal: body.proposal, independence })
    await say('dora', { kind: 'accept', digest })
    return id
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
  }
}
