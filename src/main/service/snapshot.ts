import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Client } from 'pg'
import { record } from '#features/ledger/ledger.store.ts'
import { systemClock } from '#kernel/clock.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { type Result, yes } from '#kernel/result.ts'
import type { Settings } from '#platform/config/settings.ts'
import { destroyedKeysIn } from '#platform/crypto/destroyed-keys.ts'
import { destroyedListOf, openKeyFile } from '#platform/crypto/key-file.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { backUp, type Manifest, migrationsOf, readBackup, restore } from '#platform/db/backup.ts'
import { type Migration, migrate } from '#platform/db/migrate.ts'
import { writeRefusal } from '#platform/files/disk.ts'
import { openLog } from '#platform/log/log.ts'
import type { ExitCode } from '../exit.ts'
import { print, tell } from '../output.ts'
import {
  endingOnOutage,
  onInstance,
  refuse,
  type ServiceOptions,
  settingsFor,
  tellRefusal,
} from './command.ts'
import {
  type DatabaseServer,
  openLogins,
  openServer,
  prepareIn,
  setCeiling,
  shippedMigrations,
} from './database.ts'
import { type Instance, type InstanceParts, openStores, shredAgain } from './instance.ts'
import { listenForEnd } from './signals.ts'

export type BackupOptions = ServiceOptions & {
  readonly to: string
  /** Copies the key file too; whoever has the folder can then open what is sealed. */
  readonly withKey?: boolean
}

const blobsName = 'blobs'
const keyName = 'parley.key'

/** `parley backup --to FOLDER`: one moment of the database, and the blobs, while others work. */
export const runBackup = (options: BackupOptions): Promise<ExitCode> =>
  onInstance(options, async (instance) => {
    const folder = resolve(options.to)
    try {
      if (existsSync(folder) && readdirSync(folder).length > 0) {
        return refuse({ code: 'not-writable', why: 'is not empty', at: folder })
      }
      return await backUpInto(folder, instance, options.withKey === true)
    } catch (error) {
      return refuse(writeRefusal(error, folder))
    }
  })

async function backUpInto(
  folder: string,
  { server, clock, settings, pool }: Instance,
  isWithKey: boolean,
): Promise<ExitCode> {
  const now = clock.now()
  // First, so that no copy is made of which nothing is known.
  const of = { kind: 'backup', record: `backup of ${now.toISOString()}` } as const
  const fields = { withKey: isWithKey ? 'yes' : 'no' }
  await asActor(pool, systemActor, (tx) =>
    record(tx, [{ at: now, action: 'backup.take', ...of, fields }]),
  )
  const manifest = await server.asOwner((owner) => backUp(owner, folder, now))
  // Rows come first: a blob that came since is surplus, one that is missing would be a loss.
  copyBlobs(settings, folder)
  if (isWithKey) cpSync(settings.keyFile, join(folder, keyName))
  // Ids only: whoever restores without it would bring back what was destroyed by then.
  const list = destroyedListOf(settings.keyFile)
  if (existsSync(list)) cpSync(list, join(folder, destroyedListOf(keyName)))
  const rows = Object.values(manifest.tables).reduce((sum, count) => sum + count, 0)
  print([`Backed up ${rows} rows of ${Object.keys(manifest.tables).length} tables to ${folder}`])
  if (!isWithKey) {
    tell([
      `parley: note: what is sealed needs the key file too, which is not part of this backup:`,
      `  ${settings.keyFile} (keep it apart, or give --with-key)`,
    ])
  }
  return 0
}

function copyBlobs({ blobs }: Settings, folder: string): void {
  if (blobs.kind !== 'folder') {
    tell(['parley: note: attachments lie in the bucket and are not part of this backup'])
    return
  }
  mkdirSync(join(folder, blobsName), { recursive: true, mode: 0o700 })
  if (existsSync(blobs.folder)) {
    cpSync(blobs.folder, join(folder, blobsName), {
      recursive: true,
      filter: (path) => path !== join(blobs.folder, 'drafts'),
    })
  }
}

export type RestoreOptions = ServiceOptions & { readonly from: string }

/** `parley restore --from FOLDER`: into a data folder, or a database, that holds nothing yet. */
export async function runRestore(options: RestoreOptions): Promise<ExitCode> {
  const settings = settingsFor(options)
  if (settings === null) return 2
  const folder = resolve(options.from)
  const read = await readBackup(folder)
  if (!read.ok) return refuse(read.refusal)
  const known = migrationsOf(read.value, shippedMigrations())
  if (known === null) {
    const hint = 'restore it with the version that it was taken with, or a newer one'
    return refuse({
      code: 'newer-version',
      why: 'a newer Parley made this backup',
      at: folder,
      hint,
    })
  }
  const unfit = whyOtherKey(settings, folder)
  if (unfit !== null) return refuse(unfit)
  const log = openLog({ level: settings.logLevel, clock: systemClock })
  const asked = listenForEnd()
  return endingOnOutage(async () => {
    const server = await openServer(settings, log)
    if (!server.ok) return refuse(server.refusal)
    const backup = { folder, manifest: read.value, known }
    let code: ExitCode
    try {
      const restoring = restoreInto(server.value, backup, { settings, clock: systemClock, log })
      code = await Promise.race([restoring, asked.then((): ExitCode => 130)])
    } finally {
      await server.value.close()
    }
    // Its rows are one transaction, which ends with the connection.
    if (code === 130) process.exit(130)
    return code
  })
}

/** With a key of another instance in its place, the restored one would not start. */
function whyOtherKey({ keyFile }: Settings, folder: string): Refusal | null {
  const own = join(folder, keyName)
  if (!existsSync(own) || !existsSync(keyFile)) return null
  if (readFileSync(own).equals(readFileSync(keyFile))) return null
  const hint = 'restore into a new data folder, or set PARLEY_KEY_FILE to another place'
  const why = 'is the key file of another instance than this backup'
  return { code: 'already-running', why, at: keyFile, hint }
}

type Backup = {
  readonly folder: string
  readonly manifest: Manifest
  /** The migrations it was taken with. */
  readonly known: readonly Migration[]
}

async function restoreInto(
  server: DatabaseServer,
  backup: Backup,
  parts: InstanceParts,
): Promise<ExitCode> {
  const { settings } = parts
  if (await isUsed(server)) {
    const hint = 'restore into a new data folder (--data), or an empty database'
    const why = `${server.about} is in use: it has an instance in it`
    return refuse({ code: 'already-running', why, hint })
  }
  try {
    // Rows come last: where room runs out before, everything can be done again.
    copyBack(settings, backup.folder)
    await mergeList(settings, backup.folder)
  } catch (error) {
    return refuse(writeRefusal(error, settings.dataFolder))
  }
  const restored = await restoreRows(server, backup, settings)
  if (!restored.ok) return refuse(restored.refusal)
  const shredded = await shredRestored(server, parts)
  if (!shredded.ok) return refuse(shredded.refusal)
  print([
    `Restored what was backed up at ${backup.manifest.takenAt} into ${server.about}`,
    '',
    'It is held: started, it answers nothing but signing in and approvals, until two people who',
    'may administer let it open. Start it with "parley serve", then: one signs in and asks on the',
    'page Approvals, another signs in ("parley sign-in --person NAME" makes a link) and grants.',
    'Where it has only one such person, that one opens it alone, and the ledger says so.',
  ])
  return 0
}

/** Every instance that was ever started has an organisation. */
const isUsed = (server: DatabaseServer): Promise<boolean> =>
  server.asOwner(async (owner) => {
    const { rows: tables } = await owner.query<{ is: boolean }>(
      "select to_regclass('parley.organisation') is not null as is",
    )
    if (tables[0]?.is !== true) return false
    await owner.query('begin')
    await owner.query('set local role parley_keeper')
    const { rowCount } = await owner.query('select 1 from parley.organisation limit 1')
    await owner.query('rollback')
    return rowCount !== 0
  })

/** Migrates just as far as the backup, loads it, and migrates on to this version. */
async function restoreRows(
  server: DatabaseServer,
  backup: Backup,
  settings: Settings,
): Promise<Result<null>> {
  const prepared = await prepareIn(server, [])
  if (!prepared.ok) return prepared
  return server.asOwner(async (owner) => {
    const before = await migrate(owner, backup.known, systemClock.now())
    if (!before.ok) return before
    // A backup from before there were labels holds none.
    if (await knowsCeiling(owner)) {
      const ceiling = await setCeiling(owner, settings)
      if (!ceiling.ok) return ceiling
    }
    const loaded = await restore(owner, backup.folder, backup.manifest)
    if (!loaded.ok) return loaded
    const migrated = await migrate(owner, shippedMigrations(), systemClock.now())
    if (!migrated.ok) return migrated
    await hold(owner, backup.manifest.takenAt)
    return yes(null)
  })
}

/** It answers nothing before people let it open; see the page Approvals. */
async function hold(owner: Client, takenAt: string): Promise<void> {
  await owner.query('begin')
  await owner.query('set local role parley_keeper')
  await owner.query(
    `insert into parley.hold (id, held_at, backup_taken_at) values ('restore', $1, $2)
     on conflict (id) do update set held_at = excluded.held_at, opened_at = null,
       backup_taken_at = excluded.backup_taken_at`,
    [systemClock.now(), takenAt],
  )
  await owner.query('commit')
}

async function knowsCeiling(owner: Client): Promise<boolean> {
  const { rows } = await owner.query<{ is: boolean }>(
    "select to_regclass('parley.ceiling') is not null as is",
  )
  return rows[0]?.is === true
}

/** What was destroyed before the backup, and what was destroyed since: both stay destroyed. */
async function mergeList({ keyFile }: Settings, folder: string): Promise<void> {
  const then = destroyedKeysIn(join(folder, destroyedListOf(keyName))).all()
  if (then.length === 0) return
  const merged = await destroyedKeysIn(destroyedListOf(keyFile)).add(then, systemClock.now())
  if (!merged.ok) tellRefusal(merged.refusal)
}

/** Where the key file comes later, the first start does it, before it serves anything. */
async function shredRestored(server: DatabaseServer, parts: InstanceParts): Promise<Result<null>> {
  const { keyFile } = parts.settings
  if (!existsSync(keyFile)) return yes(null)
  const keys = await openKeyFile(keyFile, { create: false })
  if (!keys.ok) return keys
  const stores = await openStores(parts, keys.value)
  if (!stores.ok) return stores
  const logins = await openLogins(server, keys.value)
  if (!logins.ok) return logins
  const { app } = logins.value
  try {
    return await shredAgain(app, parts, stores.value)
  } finally {
    await app.end()
  }
}

function copyBack({ blobs, keyFile, dataFolder }: Settings, folder: string): void {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  const from = join(folder, blobsName)
  if (blobs.kind === 'folder' && existsSync(from)) cpSync(from, blobs.folder, { recursive: true })
  const key = join(folder, keyName)
  if (existsSync(keyFile)) return
  if (existsSync(key)) cpSync(key, keyFile)
  else {
    tell([
      `parley: note: put the key file of the instance at ${keyFile} before you start it,`,
      `  and the list of what was destroyed beside it, at ${destroyedListOf(keyFile)}`,
    ])
  }
}
