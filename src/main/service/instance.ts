import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Pool } from 'pg'
import { shredListed } from '#features/report/shred.store.ts'
import type { Clock } from '#kernel/clock.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { openFolderBlobs } from '#platform/blobs/folder-blobs.ts'
import { openS3Blobs } from '#platform/blobs/s3-blobs.ts'
import type { Settings } from '#platform/config/settings.ts'
import { nothingDestroyed } from '#platform/crypto/destroyed-keys.ts'
import { destroyedListOf, openKeyFile } from '#platform/crypto/key-file.ts'
import { type Keys, keysFor } from '#platform/crypto/keys.ts'
import { seal, unseal } from '#platform/crypto/sealed-value.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { openPool } from '#platform/db/connection.ts'
import type { Log } from '#platform/log/log.ts'
import { type Mailer, openMailer } from '#platform/mail/mailer.ts'
import {
  type DatabaseServer,
  keepKeyCheck,
  keyCheckIn,
  openLogins,
  openServer,
  prepareSchema,
  setCeiling,
} from './database.ts'

/** What the work of a service needs, in whichever thread it is done. */
export type Workplace = {
  readonly settings: Settings
  readonly clock: Clock
  readonly log: Log
  /** The product's own login: unprivileged, and nobody until `asActor` says who. */
  readonly pool: Pool
  readonly appUrl: string
  readonly queueUrl: string
  readonly keys: Keys
  readonly blobs: Blobs
  /** Null where no mail server was given. */
  readonly mailer: Mailer | null
  readonly close: () => Promise<void>
}

/** Everything that a process of the service works with. */
export type Instance = Workplace & { readonly server: DatabaseServer }

/** The addresses of a database whose schema and logins are ready. */
export type Logins = { readonly appUrl: string; readonly queueUrl: string }

export type InstanceParts = {
  readonly settings: Settings
  readonly clock: Clock
  readonly log: Log
}

/** Opens the data folder, the database, the keys and the blobs; closes what was open on refusal. */
export async function openInstance(parts: InstanceParts): Promise<Result<Instance>> {
  const { settings, log } = parts
  if (settings.database.kind === 'given') {
    const made = makeFolder(settings.dataFolder)
    if (!made.ok) return made
  }
  const server = await openServer(settings, log)
  if (!server.ok) return server
  try {
    const opened = await openOn(server.value, parts)
    if (!opened.ok) await server.value.close()
    return opened
  } catch (error) {
    await server.value.close()
    throw error
  }
}

/** The embedded server makes its own folder; beside a given one only keys and blobs lie in it. */
function makeFolder(folder: string): Result<null> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return yes(null)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return no({ code: 'not-writable', why, at: folder, hint: 'set PARLEY_DATA to another folder' })
  }
}

async function openOn(server: DatabaseServer, parts: InstanceParts): Promise<Result<Instance>> {
  const prepared = await prepareSchema(server, parts.clock.now())
  if (!prepared.ok) return prepared
  const ceiling = await server.asOwner((owner) => setCeiling(owner, parts.settings))
  if (!ceiling.ok) return ceiling
  const keys = await openKeys(server, parts)
  if (!keys.ok) return keys
  const stores = await openStores(parts, keys.value)
  if (!stores.ok) return stores
  const logins = await openLogins(server, keys.value)
  if (!logins.ok) return logins
  const { app, appUrl, queueUrl } = logins.value
  const shredded = await shredAgain(app, parts, stores.value)
  if (!shredded.ok) {
    await app.end()
    return shredded
  }
  return yes({
    ...{ ...parts, ...stores.value, server, pool: app, appUrl, queueUrl },
    close: async () => {
      await app.end()
      await server.close()
    },
  })
}

/** Opens a second workplace on an instance that this process has open already. */
export async function openWorkplace(
  parts: InstanceParts,
  { appUrl, queueUrl }: Logins,
): Promise<Result<Workplace>> {
  const keys = await openKeyFile(parts.settings.keyFile, { create: false })
  if (!keys.ok) return keys
  const stores = await openStores(parts, keys.value)
  if (!stores.ok) return stores
  const pool = openPool(appUrl)
  return yes({
    ...{ ...parts, ...stores.value, pool, appUrl, queueUrl },
    close: () => pool.end(),
  })
}

/** What is on the list beside the key file is destroyed again, wherever the rows come from. */
export async function shredAgain(
  app: Pool,
  { clock, log, settings }: InstanceParts,
  { keys, blobs }: Pick<Stores, 'keys' | 'blobs'>,
): Promise<Result<null>> {
  const { destroyed = nothingDestroyed } = keys
  const now = clock.now()
  const done = await asActor(app, systemActor, (tx) => shredListed(tx, now, { blobs, destroyed }))
  if (!done.ok) {
    return no({ code: 'not-writable', why: done.refusal, at: destroyedListOf(settings.keyFile) })
  }
  if (done.value > 0) log.warn(`destroyed again what came with ${done.value} reports`)
  return yes(null)
}

type Stores = Pick<Workplace, 'keys' | 'blobs' | 'mailer'>

export async function openStores(
  { settings, clock }: InstanceParts,
  keys: Keys,
): Promise<Result<Stores>> {
  const blobs = await openBlobs(settings, { keys, clock })
  if (!blobs.ok) return blobs
  const mailer = openMail(settings, clock)
  if (!mailer.ok) return mailer
  return yes({ keys, blobs: blobs.value, mailer: mailer.value })
}

const checkPurpose = 'key-check'
const checkText = 'this database'

/**
 * Opens the key file, or makes one for a database that has none yet. A file that opens nothing of
 * this database is refused: whatever was sealed would be lost without anybody noticing.
 */
async function openKeys(server: DatabaseServer, parts: InstanceParts): Promise<Result<Keys>> {
  const { settings, clock } = parts
  const check = await keyCheckIn(server)
  const keys = await openKeyFile(settings.keyFile, { create: check === null })
  if (!keys.ok) return keys
  const own = keysFor(keys.value, checkPurpose)
  if (check === null) {
    await keepKeyCheck(server, seal(own, checkText, checkPurpose).toString('base64'), clock.now())
    return keys
  }
  const opened = unseal(own, Buffer.from(check, 'base64'), checkPurpose)
  if (opened.ok) return keys
  return no({
    code: 'not-configured',
    why: 'this key file belongs to another database',
    at: settings.keyFile,
    hint: 'set PARLEY_KEY_FILE to the key file that the database was begun with',
  })
}

type Sealing = { readonly keys: Keys; readonly clock: Clock }

async function openBlobs(settings: Settings, { keys, clock }: Sealing): Promise<Result<Blobs>> {
  const { blobs } = settings
  if (blobs.kind === 'folder') return openFolderBlobs({ folder: blobs.folder, keys, clock })
  return openS3Blobs({
    ...{ region: blobs.region, bucket: blobs.bucket, prefix: blobs.prefix },
    endpoint: blobs.endpoint.href,
    accessKeyId: blobs.accessKeyId,
    secretAccessKey: blobs.secretAccessKey.reveal(),
    ...(blobs.sessionToken ? { sessionToken: blobs.sessionToken.reveal() } : {}),
    isPlainHttpAllowed: blobs.isPlainHttpAllowed,
    draftFolder: join(settings.dataFolder, 'drafts'),
    ...{ keys, clock },
  })
}

function openMail({ mail }: Settings, clock: Clock): Result<Mailer | null> {
  if (mail.kind === 'off') return yes(null)
  return openMailer({ url: mail.url.reveal(), from: mail.from, clock })
}
