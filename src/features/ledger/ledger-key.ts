import { sql } from 'kysely'
import { sha256 } from '#formats/tlog/hash.ts'
import { type NoteSigner, signerOf } from '#formats/tlog/note.ts'
import { assert } from '#kernel/assert.ts'
import { deriveSeed, type Key, type Keys } from '#platform/crypto/keys.ts'
import type { Tx } from '#platform/db/as-actor.ts'

const seedName = 'ledger/ed25519'

/**
 * The key that signs checkpoints. It follows from the key file, so the database alone signs
 * nothing; its name follows from the first key, so that no two instances call their logs alike.
 * `by` is the secret of the key file that it follows from, the oldest where nobody says.
 */
export function ledgerSignerOf(keys: Keys, by: Key = keys.all[0]): NoteSigner {
  const { publicKey } = signerOf('unnamed', deriveSeed(keys, seedName))
  const name = `parley-ledger/${sha256(publicKey).toString('hex', 0, 8)}`
  return signerOf(name, deriveSeed({ ...keys, all: [by] }, seedName))
}

export type LedgerKeyRow = {
  readonly first_size: number
  readonly key_id: string
  readonly verifier: string
}

/** Every key that has signed, oldest first; none as long as there was only the first. */
export async function ledgerKeys(tx: Tx): Promise<readonly LedgerKeyRow[]> {
  const { rows } = await sql<LedgerKeyRow>`
    select first_size, key_id, verifier from parley.ledger_key order by first_size`.execute(tx)
  return rows
}

/**
 * The key that signs now.
 *
 * @throws Bug where the key file that was opened does not have it
 */
export async function signingKey(tx: Tx, keys: Keys): Promise<NoteSigner> {
  const newest = (await ledgerKeys(tx)).at(-1)
  if (newest === undefined) return ledgerSignerOf(keys)
  const by = keys.all.find(({ id }) => id === newest.key_id)
  assert(by !== undefined, 'the ledger is signed by a key that this process does not have: restart')
  return ledgerSignerOf(keys, by)
}
