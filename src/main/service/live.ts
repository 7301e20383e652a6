import { Client, type Pool } from 'pg'
import { z } from 'zod'
import { signedIn } from '#features/org/access.ts'
import type { Authenticator } from '#features/org/authenticate.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { CookieHeadersWire } from '#features/org/sign-in.wire.ts'
import type { Clock } from '#kernel/clock.ts'
import { yes } from '#kernel/result.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import type { Cursors } from '#platform/http/cursor.ts'
import { eventsRoute, type LiveEvent, type LiveEvents } from '#platform/http/events-route.ts'
import type { Route } from '#platform/http/route.ts'
import type { Log } from '#platform/log/log.ts'

const Happened = z.strictObject({ ref: z.string() }).meta({ id: 'Happened' })
type Happened = z.infer<typeof Happened>

/** How long the connection that listens waits before it is made again. */
const againMs = 1_000

/** Hears what other processes committed, over one connection of the database for all pages. */
export class Listening {
  readonly #url: string
  readonly #log: Log
  readonly #wakes = new Set<() => void>()
  #accessEnds = 0
  #client: Client | null = null
  #isClosed = false

  constructor(url: string, log: Log) {
    this.#url = url
    this.#log = log
  }

  async open(): Promise<void> {
    const client = new Client({ connectionString: this.#url, application_name: 'parley-live' })
    client.on('notification', ({ payload }) => {
      if (payload === 'access') this.#accessEnds++
      this.#wakeAll()
    })
    client.on('error', ({ message }) => this.#again(message))
    client.on('end', () => this.#again('the connection ended'))
    try {
      await client.connect()
      await client.query('listen parley_live')
      this.#client = client
      // What was committed while nobody listened is found now.
      this.#accessEnds++
      this.#wakeAll()
    } catch (error) {
      this.#again(error instanceof Error ? error.message : String(error))
    }
  }

  /** A number that changes whenever somebody's access may have ended, anywhere. */
  readonly accessEnds = (): number => this.#accessEnds

  readonly subscribe = (wake: () => void): (() => void) => {
    this.#wakes.add(wake)
    return () => this.#wakes.delete(wake)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#client?.end()
  }

  #wakeAll(): void {
    for (const wake of this.#wakes) wake()
  }

  #again(why: string): void {
    if (this.#isClosed || this.#timer) return
    this.#client = null
    this.#log.warn('live events wait for the database', { why })
    this.#timer = setTimeout(() => {
      this.#timer = null
      void this.open()
    }, againMs)
    this.#timer.unref()
  }

  #timer: NodeJS.Timeout | null = null
}

/**
 * Numbers are given before their transactions commit, so a lower one may appear after a higher.
 * Readers look back this far; an event that is told twice makes a page look again, nothing more.
 */
const lookBack = 50
const topics = /^[a-z-]+$/

export type LiveParts = {
  readonly pool: Pool
  readonly listening: Listening
  readonly authenticator: Authenticator
  readonly cursors: Cursors
}

/** Live updates for the pages of one person: names and ids, never content. */
export const liveRoute = (parts: LiveParts): Route<Principal> =>
  eventsRoute({
    ...{ method: 'GET', path: '/v1/events', name: 'events', tag: 'live' },
    summary: 'What changes, as it changes: a topic and an id each',
    access: signedIn,
    shape: Happened,
    headers: z.strictObject({
      authorization: z.string().max(8192).optional(),
      ...CookieHeadersWire.shape,
    }),
    whose: ({ person }: Principal) => person,
    problems: ['unauthenticated'],
    run: async ({ principal, headers, clock }) => {
      const { listening, authenticator } = parts
      return yes({
        events: eventsFor(parts, principal),
        isAllowed: standing(() => authenticator.stands(headers), { listening, clock }),
      })
    },
  })

/** What nobody tells of, such as the end of a session by age, is noticed at the next beat. */
const standingForMs = 10_000

/**
 * Whether a listener may go on. Thousands of events may come in a second, so the database is asked
 * when some access ended since it was asked last, and now and then.
 */
function standing(
  ask: () => Promise<boolean>,
  {
    listening,
    clock,
  }: { readonly listening: Pick<Listening, 'accessEnds'>; readonly clock: Clock },
): () => Promise<boolean> {
  let askedAt = Number.NEGATIVE_INFINITY
  let seen = -1
  return async () => {
    const ends = listening.accessEnds()
    const now = clock.now().getTime()
    if (ends === seen && Math.abs(now - askedAt) < standingForMs) return true
    const stands = await ask()
    // Only what was told before the question is settled by its answer.
    if (stands) [askedAt, seen] = [now, ends]
    return stands
  }
}

function eventsFor(
  { pool, listening, cursors }: LiveParts,
  principal: Principal,
): LiveEvents<Happened> {
  const of = { list: 'events', person: principal.person, query: {} }
  const idOf = (no: number): string => cursors.seal(String(no).padStart(15, '0'), of)
  const told = new Set<number>()
  const read = <T>(work: (tx: Tx) => Promise<T>): Promise<T> =>
    asActor(pool, actorOf(principal), work)
  return {
    latest: async () => {
      const row = await read((tx) =>
        tx
          .selectFrom('parley.live_event')
          .select('no')
          .orderBy('no', 'desc')
          .limit(1)
          .executeTakeFirst(),
      )
      return idOf(row?.no ?? 0)
    },
    since: async (id, limit) => {
      const place = cursors.open(id, of)
      if (place === null) return 'gone'
      const after = Number(place)
      const rows = await read((tx) =>
        tx
          .selectFrom('parley.live_event')
          .select(['no', 'topic', 'ref'])
          .where('no', '>', after - lookBack)
          .orderBy('no')
          .limit(limit + lookBack)
          .execute(),
      )
      const fresh = rows.filter(({ no, topic }) => !told.has(no) && topics.test(topic))
      return eventsOf(fresh, { told, after, limit, idOf })
    },
    subscribe: listening.subscribe,
  }
}

type Row = { readonly no: number; readonly topic: string; readonly ref: string }
type Reading = {
  readonly told: Set<number>
  readonly after: number
  readonly limit: number
  readonly idOf: (no: number) => string
}

/** The id that a client resumes from never goes back, whatever the order of the commits. */
function eventsOf(
  rows: readonly Row[],
  { told, after, limit, idOf }: Reading,
): LiveEvent<Happened>[] {
  const isFirst = told.size === 0
  let last = after
  const events: LiveEvent<Happened>[] = []
  for (const { no, topic, ref } of rows) {
    if (isFirst && no <= after) {
      told.add(no)
      continue
    }
    if (events.length >= limit) break
    told.add(no)
    last = Math.max(last, no)
    events.push({ id: idOf(last), event: topic, data: { ref } })
  }
  for (const no of told) {
    if (no < last - 2 * lookBack) told.delete(no)
  }
  return events
}
