import assert from 'node:assert/strict'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { systemClock } from '#kernel/clock.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { openFolderBlobs } from '#platform/blobs/folder-blobs.ts'
import type { Keys } from '#platform/crypto/keys.ts'
import { backUp, readBackup, restore } from '#platform/db/backup.ts'

export type Source = { readonly ownerUrl: string; readonly blobs: string; readonly keys: Keys }
export type Copy = { readonly folder: string; readonly blobs: Blobs }

/** The rows and blobs of an instance as of now, and the copied blobs opened with its keys. */
export async function backedUp({ ownerUrl, blobs, keys }: Source, to: string): Promise<Copy> {
  await withOwner(ownerUrl, (owner) => backUp(owner, to, systemClock.now()))
  const folder = join(to, 'blobs')
  cpSync(blobs, folder, { recursive: true })
  const opened = await openFolderBlobs({ folder, keys, clock: systemClock })
  assert.ok(opened.ok)
  return { folder: to, blobs: opened.value }
}

async function withOwner<T>(url: string, work: (owner: Client) => Promise<T>): Promise<T> {
  const owner = new Client({ connectionString: url })
  await owner.connect()
  try {
    return await work(owner)
  } finally {
    await owner.end()
  }
}

/** Loads a backup into a database that was only migrated. */
export async function restoredInto({ ownerUrl }: { readonly ownerUrl: string }, from: string) {
  const read = await readBackup(from)
  assert.ok(read.ok)
  const done = await withOwner(ownerUrl, (owner) => restore(owner, from, read.value))
  assert.ok(done.ok, JSON.stringify(done))
}
