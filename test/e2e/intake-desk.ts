import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decoders } from '#features/exchange/decoders.ts'
import { Authenticator, bearerIn } from '#features/org/authenticate.ts'
import { makeToken } from '#features/org/org.store.ts'
import type { Principal } from '#features/org/org.ts'
import { importRoutes } from '#features/report/import.routes.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import { labelDefaultRoutes } from '#features/report/label-default.routes.ts'
import { Receiver, type ReceiverLimits } from '#features/report/receiver.ts'
import { reportRoutes } from '#features/report/report.routes.ts'
import { webhookRoutes } from '#features/report/webhook.routes.ts'
import { type Clock, systemClock } from '#kernel/clock.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { openFolderBlobs } from '#platform/blobs/folder-blobs.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { cursorsOf } from '#platform/http/cursor.ts'
import type { Route } from '#platform/http/route.ts'
import { type HttpServer, listen } from '#platform/http/server.ts'
import { Jobs } from '#platform/jobs/jobs.ts'
import { openLog } from '#platform/log/log.ts'
import { freshDatabase, type TestDatabase } from '../db/database.ts'
import { peopleOf } from '../db/reports.ts'

/** A server of intake over a socket, on a database of its own. */
export type Desk = AsyncDisposable & {
  readonly url: string
  readonly database: TestDatabase
  readonly blobs: Blobs
  readonly blobFolder: string
  readonly keys: Keys
  readonly clock: Clock
  /** Of the two organisations of `peopleOf`. */
  readonly token: string
  readonly otherToken: string
  readonly staffToken: string
  /** The queue, on which nothing works. */
  readonly jobs: Jobs
  /** Everything that was logged. */
  readonly log: string[]
}

export type DeskWish = {
  readonly clock?: Clock
  readonly limits?: Partial<ReceiverLimits>
  readonly reportsPerHour?: number
  readonly readingBytesMax?: number
  readonly blobs?: (blobs: Blobs) => Blobs
}

export async function openDesk(wish: DeskWish = {}): Promise<Desk> {
  const clock = wish.clock ?? systemClock
  const database = await freshDatabase()
  await peopleOf(database.app)
  const blobFolder = mkdtempSync(join(tmpdir(), 'parley-desk-'))
  const keys: Keys = { is: 'root', all: [randomKey()] }
  const opened = await openFolderBlobs({ folder: blobFolder, keys, clock })
  if (!opened.ok) throw new Error(opened.refusal.why)
  const blobs = wish.blobs?.(opened.value) ?? opened.value
  const log: string[] = []
  const tokens = await tokensOf(database, clock)
  const jobs = await jobsOn(database)
  const desk = { ...{ database, blobs, blobFolder, keys, clock, log, jobs }, ...tokens }
  const authenticator = new Authenticator(database.app, clock)
  const receiver = new Receiver(
    { pool: database.app, clock, keys: reportKeysOf(keys) },
    wish.limits,
  )
  const http = await listenWith(desk, {
    authenticator,
    routes: [
      ...reportRoutes({
        ...{ pool: database.app, blobs, keys: reportKeysOf(keys), receiver, clock, authenticator },
        reportsPerHour: wish.reportsPerHour ?? 1_000_000,
        readingBytesMax: wish.readingBytesMax ?? 2 ** 28,
      }),
      ...labelDefaultRoutes({ pool: database.app }),
      ...webhookRoutes({ pool: database.app, keys, allowHosts: [] }),
      ...importRoutes({
        ...{ pool: database.app, blobs, clock, cursors: cursorsOf(keys) },
        keys: reportKeysOf(keys),
        formats: decoders.map(nameOf),
      }),
    ],
  })
  return {
    ...desk,
    url: http.url,
    [Symbol.asyncDispose]: async () => {
      await http.close()
      await jobs.close()
      await database[Symbol.asyncDispose]()
      rmSync(blobFolder, { recursive: true })
    },
  }
}

const nameOf = ({ name }: { readonly name: string }): string => name

/** Queues are there, so that jobs can be asked for; what runs them is the test. */
export async function jobsOn({ queueUrl }: Pick<TestDatabase, 'queueUrl'>): Promise<Jobs> {
  const queues = ['read-import', 'send-notice', 'send-message'].map((name) => ({
    ...{ name, about: name, retriesMax: 2, retryDelaySeconds: 1, runSecondsMax: 60, atOnce: 1 },
  }))
  const jobs = new Jobs({ url: queueUrl, queues, log: () => undefined })
  await jobs.open()
  return jobs
}

async function tokensOf({ app }: TestDatabase, clock: Clock) {
  const make = (organisation: string, role: 'finder' | 'coordinator') =>
    asActor(app, systemActor, async (tx) => {
      const wish = { name: 'test', organisation, role, days: 30, owner: 'person_ada00001' }
      return (await makeToken(tx, wish, clock.now())).token
    })
  return {
    token: await make('org_finder01', 'finder'),
    otherToken: await make('org_finder02', 'finder'),
    staffToken: await make('org_staff001', 'coordinator'),
  }
}

type Served = {
  readonly authenticator: Authenticator
  readonly routes: readonly Route<Principal>[]
}

async function listenWith(
  { log, clock }: Pick<Desk, 'log' | 'clock'>,
  { authenticator, routes }: Served,
): Promise<HttpServer<Principal>> {
  const http = await listen<Principal>({
    ...{ host: '127.0.0.1', port: 0, routes, clock },
    log: openLog({ level: 'debug', clock, write: (line) => log.push(line) }),
    authenticate: async ({ headers }) => {
      const principal = await authenticator.of(headers)
      const by = bearerIn(headers.authorization) === null ? 'cookie' : 'token'
      return principal === null ? null : { principal, by }
    },
    bodyLimits: { idleMs: 400, wholeMs: 1_500 },
    connectionLimits: { lingerMs: 300 },
  })
  if (!http.ok) throw new Error(http.refusal.why)
  return http.value
}
