import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { no, type Result, yes } from '#kernel/result.ts'

/** Somebody who opens together with any other holder: a name, and an X25519 recipient of age. */
export type Holder = { readonly name: string; readonly recipient: string }

/** The key for one pair of holders, by their places: encrypted to `first`, and that to `second`. */
export type PairKey = {
  readonly first: number
  readonly second: number
  readonly sealed: Uint8Array
}

/** A fresh key that any two holders open together and no one alone. */
export type PairedKey = {
  /** What contents are encrypted to. */
  readonly recipient: string
  readonly pairs: readonly PairKey[]
}

/** The pairs of so many are 28; more holders are more people who may be talked into it. */
export const holdersMax = 8

/**
 * Makes a key for contents and seals it once for each pair of holders. It is kept nowhere: for each
 * pair the identity is encrypted to the one holder and the outcome to the other, with nothing but
 * age, so that two people can open without this program, each on a machine of their own.
 */
export async function pairKeys(holders: readonly Holder[]): Promise<Result<PairedKey, string>> {
  const fault = holdersFault(holders)
  if (fault !== null) return no(fault)
  const identity = await generateX25519Identity()
  const text = new TextEncoder().encode(`${identity}\n`)
  const pairs: PairKey[] = []
  for (const [second, { recipient: outer }] of holders.entries()) {
    for (const [first, { recipient: inner }] of holders.slice(0, second).entries()) {
      const half = await encryptTo(inner, text)
      pairs.push({ first, second, sealed: await encryptTo(outer, half) })
    }
  }
  return yes({ recipient: await identityToRecipient(identity), pairs })
}

/** Why these cannot hold a key together; null where they can. */
function holdersFault(holders: readonly Holder[]): string | null {
  if (holders.length < 2) return 'two holders are needed at least, since no one opens alone'
  if (holders.length > holdersMax) return `has more than ${holdersMax} holders`
  const twice = (words: readonly string[]): string | undefined =>
    words.find((word, index) => words.indexOf(word) < index)
  const name = twice(holders.map((one) => one.name))
  if (name !== undefined) return `names the holder ${name} twice`
  const wrong = holders.find(({ recipient }) => !/^age1[02-9ac-hj-np-z]{58}$/.test(recipient))
  if (wrong !== undefined) {
    return `gives ${wrong.name} a recipient that is none of age (age1 and 58 letters and digits)`
  }
  const same = twice(holders.map((one) => one.recipient))
  const owners = holders.filter(({ recipient }) => recipient === same).map((one) => one.name)
  return same === undefined ? null : `gives ${owners.join(' and ')} one key: one person would open`
}

/** @throws Error where `recipient` is none: holders are checked before */
export async function encryptTo(recipient: string, bytes: Uint8Array): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient)
  return encrypter.encrypt(bytes)
}

/** What was encrypted to this identity; a refusal where it was not, or was changed since. */
export async function decryptWith(
  identity: string,
  sealed: Uint8Array,
): Promise<Result<Uint8Array, string>> {
  const decrypter = new Decrypter()
  try {
    decrypter.addIdentity(identity)
    return yes(await decrypter.decrypt(sealed))
  } catch {
    // The library has one kind of error for a wrong key, a wrong text and a changed one.
    return no('does not open with this key, or was changed')
  }
}

/** The recipient of an identity of age; null where the text is none. */
export async function recipientOf(identity: string): Promise<string | null> {
  if (!/^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/.test(identity)) return null
  try {
    return await identityToRecipient(identity)
  } catch {
    return null
  }
}

/** The identity that contents are encrypted to, opened by both holders of a pair. */
export async function openPair(
  { sealed }: PairKey,
  first: string,
  second: string,
): Promise<Result<string, string>> {
  const half = await decryptWith(second, sealed)
  if (!half.ok) return half
  const opened = await decryptWith(first, half.value)
  return opened.ok ? yes(new TextDecoder().decode(opened.value).trim()) : opened
}
