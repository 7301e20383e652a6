import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { systemClock } from '#kernel/clock.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Settings } from '#platform/config/settings.ts'
import { backUp, type Manifest, migrationsOf, readBackup, restore } from '#platform/db/backup.ts'
import { migrate, prepareRoles } from '#platform/db/migrate.ts'
import { openLog } from '#platform/log/log.ts'
import { type ExitCode, exitCodeFor } from '../exit.ts'
import { print, tell } from '../output.ts'
import { onInstance, type ServiceOptions, settingsFor, tellRefusal } from './command.ts'
import { type DatabaseServer, openServer, shippedMigrations } from './database.ts'

export type BackupOptions = ServiceOptions & {
  readonly to: string
  /** Copies the key file too; whoever has the folder can then open what is sealed. */
  readonly withKey?: boolean
}

const blobsName = 'blobs'
const keyName = 'parley.key'

/** `parley backup --to FOLDER`: one moment of the database, and the blobs, while others work. */
export const runBackup = (options: BackupOptions): Promise<ExitCode> =>
  onInstance(options, async ({ server, clock, settings }) => {
    const folder = resolve(options.to)
    if (existsSync(folder) && readdirSync(folder).length > 0) {
      tellRefusal({ code: 'not-writable', why: 'is not empty', at: folder })
      return exitCodeFor('not-writable')
    }
    const manifest = await server.asOwner((owner) => backUp(owner, folder, clock.now()))
    // Rows come first: a blob that came since is surplus, one that is missing would be a loss.
    copyBlobs(settings, folder)
    if (options.withKey) cpSync(settings.keyFile, join(folder, keyName))
    const rows = Object.values(manifest.tables).reduce((sum, count) => sum + count, 0)
    print([`Backed up ${rows} rows of ${Object.keys(manifest.tables).length} tables to ${folder}`])
    if (!options.withKey) {
      tell([
        `parley: note: what is sealed needs the key file too, which is not part of this backup:`,
        `  ${settings.keyFile} (keep it apart, or give --with-key)`,
      ])
    }
    return 0
  })

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
  if (!read.ok) return refused(read)
  const log = openLog({ level: settings.logLevel, clock: systemClock })
  const server = await openServer(settings, log)
  if (!server.ok) return refused(server)
  try {
    const restored = await restoreInto(server.value, folder, read.value)
    if (!restored.ok) return refused(restored)
    copyBack(settings, folder)
    print([`Restored what was backed up at ${read.value.takenAt} into ${server.value.about}`])
    return 0
  } finally {
    await server.value.close()
  }
}

function refused(answer: { refusal: Parameters<typeof tellRefusal>[0] }): ExitCode {
  tellRefusal(answer.refusal)
  return exitCodeFor(answer.refusal.code)
}

/** Migrates just as far as the backup, loads it, and migrates on to this version. */
async function restoreInto(
  server: DatabaseServer,
  folder: string,
  manifest: Manifest,
): Promise<Result<null>> {
  const all = shippedMigrations()
  const known = migrationsOf(manifest, all)
  if (known === null) {
    const hint = 'restore it with the version that it was taken with, or a newer one'
    return no({ code: 'newer-version', why: 'a newer Parley made this backup', at: folder, hint })
  }
  return server.asOwner(async (owner) => {
    await prepareRoles(owner, [])
    for (const migrations of [known, all]) {
      const migrated = await migrate(owner, migrations, systemClock.now())
      if (!migrated.ok) return migrated
      if (migrations === all) break
      const loaded = await restore(owner, folder, manifest)
      if (!loaded.ok) return loaded
    }
    return yes(null)
  })
}

function copyBack({ blobs, keyFile }: Settings, folder: string): void {
  const from = join(folder, blobsName)
  if (blobs.kind === 'folder' && existsSync(from)) cpSync(from, blobs.folder, { recursive: true })
  const key = join(folder, keyName)
  if (existsSync(key) && !existsSync(keyFile)) cpSync(key, keyFile)
  else if (!existsSync(keyFile)) {
    tell([`parley: note: put the key file of the instance at ${keyFile} before you start it`])
  }
}
