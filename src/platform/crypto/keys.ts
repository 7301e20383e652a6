import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import type { DestroyedKeys } from './destroyed-keys.ts'

/**
 * One secret of 256 bits. It is a key object rather than bytes, so that neither a log nor JSON can
 * show it by accident.
 */
export type Key = {
  /** Eight hexadecimal digits, derived from the secret: what was sealed says by which key. */
  readonly id: string
  readonly secret: KeyObject
}

/** The keys of an instance, oldest first. Nothing is sealed with them but with what is derived. */
export type Keys = {
  readonly is: 'root'
  readonly all: readonly [Key, ...Key[]]
  /** What must not be opened any more; absent of keys that lie in no file. */
  readonly destroyed?: DestroyedKeys
}

/** Keys for one purpose: the newest seals, all of them open. */
export type PurposeKeys = {
  readonly is: 'purpose'
  readonly newest: Key
  readonly byId: ReadonlyMap<string, KeyObject>
}

const secretBytes = 32
/** In front of every purpose, so that no other use of the same secrets derives the same keys. */
const domain = 'parley/v1/'

const derived = (secret: KeyObject, purpose: string, sizeBytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), domain + purpose, sizeBytes))

/** A key from its 32 bytes; null when there are more or fewer. */
export const keyOf = (bytes: Uint8Array): Key | null =>
  bytes.length === secretBytes ? keyFrom(bytes) : null

export const randomKey = (): Key => keyFrom(randomBytes(secretBytes))

function keyFrom(bytes: Uint8Array): Key {
  const secret = createSecretKey(bytes)
  return { id: derived(secret, 'key id', 4).toString('hex'), secret }
}

/**
 * The keys for one purpose (HKDF-SHA-256, RFC 5869). Purposes are constants of the program: two
 * that differ give keys of which none tells anything about the other.
 */
export function keysFor(keys: Keys, purpose: string): PurposeKeys {
  const keyed = ({ id, secret }: Key): Key => ({
    id,
    secret: createSecretKey(derived(secret, `purpose/${purpose}`, secretBytes)),
  })
  const [first, ...others] = keys.all
  const byId = new Map(keys.all.map(keyed).map(({ id, secret }) => [id, secret]))
  return { is: 'purpose', newest: keyed(others.at(-1) ?? first), byId }
}

/** What gives one record keys of its own. Without the salt nobody derives them, key file or not. */
export type OwnSalt = {
  /** Of the record: the salt of one gives no keys of another. */
  readonly id: string
  readonly salt: Uint8Array
}

export const ownSaltBytes = 16

/** Keys for one purpose and one record, which are lost as soon as its salt is. */
export function ownKeysFor({ newest, byId }: PurposeKeys, { id, salt }: OwnSalt): PurposeKeys {
  const own = (secret: KeyObject): KeyObject =>
    createSecretKey(
      Buffer.from(hkdfSync('sha256', secret, salt, `${domain}own/${id}`, secretBytes)),
    )
  return {
    is: 'purpose',
    newest: { id: newest.id, secret: own(newest.secret) },
    byId: new Map([...byId].map(([keyId, secret]) => [keyId, own(secret)])),
  }
}

/**
 * A password that need not be stored: 43 characters of base64url, the same whenever it is asked
 * for by the same name. It comes from the oldest key, so that adding a key does not change it.
 */
export const derivePassword = (keys: Keys, name: string): string =>
  derived(keys.all[0].secret, `password/${name}`, secretBytes).toString('base64url')

/**
 * 32 bytes to make a key pair of, the same whenever they are asked for by the same name. They come
 * from the oldest key, so that adding a key does not change who we are to others.
 */
export const deriveSeed = (keys: Keys, name: string): Buffer =>
  derived(keys.all[0].secret, `seed/${name}`, secretBytes)
