import { sha256 } from '#formats/tlog/hash.ts'
import { type NoteSigner, signerOf } from '#formats/tlog/note.ts'
import { deriveSeed, type Keys } from '#platform/crypto/keys.ts'

const seedName = 'ledger/ed25519'

/**
 * The key that signs checkpoints. It follows from the key file, so the database alone signs
 * nothing; its name follows from the key, so that no two instances call their logs alike.
 */
export function ledgerSignerOf(keys: Keys): NoteSigner {
  const seed = deriveSeed(keys, seedName)
  const { publicKey } = signerOf('unnamed', seed)
  return signerOf(`parley-ledger/${sha256(publicKey).toString('hex', 0, 8)}`, seed)
}
