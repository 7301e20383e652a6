import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { headOf, ledgerFiles } from '#features/ledger/export.store.ts'
import { placePending, rotateKey } from '#features/ledger/ledger.store.ts'
import { ledgerKeys, ledgerSignerOf, signingKey } from '#features/ledger/ledger-key.ts'
import { redact } from '#features/ledger/redact.store.ts'
import { verifierText } from '#formats/tlog/note.ts'
import { assert } from '#kernel/assert.ts'
import { addKey } from '#platform/crypto/key-file.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { writeRefusal } from '#platform/files/disk.ts'
import type { ExitCode } from '../exit.ts'
import { print, tell } from '../output.ts'
import { onInstance, refuse, type ServiceOptions } from './command.ts'
import type { Instance } from './instance.ts'

/** `parley ledger export DIR`: the whole ledger as files that anybody can verify. */
export const runLedgerExport = (to: string, options: ServiceOptions): Promise<ExitCode> =>
  onInstance(options, async (instance) => {
    const folder = resolve(to)
    try {
      if (existsSync(folder) && readdirSync(folder).length > 0) {
        return refuse({ code: 'not-writable', why: 'is not empty', at: folder })
      }
      return await exportInto(folder, instance)
    } catch (error) {
      return refuse(writeRefusal(error, folder))
    }
  })

export type LedgerRedactOptions = ServiceOptions & { readonly reason: string }

/** `parley ledger redact INDEX NAMES...`: takes values of an entry away, and records that. */
export function runLedgerRedact(
  entry: string,
  names: readonly string[],
  { reason, ...options }: LedgerRedactOptions,
): Promise<ExitCode> {
  if (!/^\d{1,15}$/.test(entry) || reason.trim() === '') {
    tell(['parley: give the number of an entry, names of its values, and --reason'])
    return Promise.resolve(2)
  }
  const index = Number(entry)
  return onInstance(options, async ({ server, clock }) => {
    const wish = { index, names, reason, now: clock.now() }
    const done = await server.asOwner((owner) => redact(owner, wish))
    if (!done.ok) return refuse(done.refusal)
    print([`Took ${names.join(', ')} of entry ${index} away; that is recorded.`])
    return 0
  })
}

async function exportInto(folder: string, { pool, clock, keys }: Instance): Promise<ExitCode> {
  const signer = await asActor(pool, systemActor, (tx) => signingKey(tx, keys))
  // What was recorded a moment ago belongs to it too, also where nothing else runs.
  while ((await placePending({ pool, signer, now: clock.now() })) > 0);
  const head = await headOf(pool)
  if (head === null) {
    return refuse({ code: 'not-found', why: 'the ledger has no entries yet' })
  }
  for await (const { path, bytes } of ledgerFiles(pool, head, signer)) {
    const at = join(folder, path)
    mkdirSync(dirname(at), { recursive: true, mode: 0o700 })
    writeFileSync(at, bytes, { mode: 0o600 })
  }
  print([`Exported ${head.size} entries to ${folder}`])
  tell([`The key of this ledger, for "parley ledger verify --key": ${verifierText(signer)}`])
  return 0
}

export type LedgerRotateOptions = ServiceOptions & { readonly reason: string }

/** `parley ledger rotate-key`: a new key signs from now on, which the ledger itself says. */
export function runLedgerRotate({ reason, ...options }: LedgerRotateOptions): Promise<ExitCode> {
  if (reason.trim() === '') {
    tell(['parley: say why with --reason; it is recorded'])
    return Promise.resolve(2)
  }
  return onInstance(options, async ({ pool, clock, keys, settings }) => {
    const now = clock.now()
    const [from, rows] = await asActor(pool, systemActor, async (tx) => {
      return [await signingKey(tx, keys), await ledgerKeys(tx)] as const
    })
    while ((await placePending({ pool, signer: from, now })) > 0);
    const added = await addKey(settings.keyFile)
    if (!added.ok) return refuse(added.refusal)
    const newest = added.value.all.at(-1)
    assert(newest !== undefined, 'a key was added')
    const to = ledgerSignerOf(added.value, newest)
    const size = await rotateKey({
      ...{ pool, reason, now, to: { signer: to, keyId: newest.id } },
      from: { signer: from, keyId: rows.at(-1)?.key_id ?? keys.all[0].id },
    })
    print([`A new key signs the ledger; both signed the checkpoint of ${size} entries.`])
    tell([
      `The new key, for "parley ledger verify --key": ${verifierText(to)}`,
      `Keep a copy of ${settings.keyFile} again, and restart every process of this instance:`,
      'until then, what is recorded waits for its place.',
    ])
    return 0
  })
}
