import { randomUUID } from 'node:crypto'
import { link, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { syncFolder, systemCodeOf, writeRefusal } from '#platform/files/disk.ts'
import { destroyedKeysIn } from './destroyed-keys.ts'
import { type Key, type Keys, keyOf, randomKey } from './keys.ts'

export type KeyFileWish = {
  /**
   * Whether a missing file is made. False as soon as anything was sealed: a fresh key would open
   * nothing of it, and would hide that the true one is lost.
   */
  readonly create: boolean
}

const fileBytesMax = 2 ** 16
const fileShape = z.strictObject({
  version: z.literal(1),
  keys: z.array(z.strictObject({ id: z.string(), secret: z.string() })).min(1),
})
const versionShape = z.looseObject({ version: z.number().int().min(2) })

/** The list of what was destroyed, which lies beside the key file and goes where it goes. */
export const destroyedListOf = (keyFile: string): string => `${keyFile}.destroyed`

/**
 * Opens the file that holds the keys of an instance. It lies outside the database, so that a copy
 * of the database alone opens nothing. Refused: `not-found` (missing and not to be made),
 * `not-readable` (other users may read it, or this one may not), `malformed`, `newer-version`,
 * `not-writable`, `disk-full`.
 */
export async function openKeyFile(path: string, { create }: KeyFileWish): Promise<Result<Keys>> {
  const found = await read(path)
  if (found.ok || found.refusal.code !== 'not-found' || !create) return found
  const made = await writeFirst(path)
  if (!made.ok) return made
  // Another process may have been quicker: what lies there now is what both use.
  return read(path)
}

/**
 * Adds a key, which seals from now on; the older ones still open. Processes that are running know
 * only the keys that they started with, so this is for an instance that stands still.
 */
export async function addKey(path: string): Promise<Result<Keys>> {
  const found = await read(path)
  if (!found.ok) return found
  const keys = [...found.value.all, randomKey()]
  const written = await write(keys, (draft) => rename(draft, path), path)
  return written.ok ? read(path) : written
}

async function read(path: string): Promise<Result<Keys>> {
  const refuse = (code: Refusal['code'], why: string, hint?: string): Result<never> =>
    no({ code, why, at: path, ...(hint === undefined ? {} : { hint }) })
  let text: string
  try {
    await using file = await open(path, 'r')
    const { mode, size } = await file.stat()
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      const why = 'is a key file that other users may read or change'
      return refuse('not-readable', why, 'chmod 600 it, and add a new key if others had access')
    }
    if (size > fileBytesMax) return refuse('malformed', 'is no key file: it is too large')
    text = await file.readFile('utf8')
  } catch (error) {
    const code = systemCodeOf(error)
    if (code === null) throw error
    if (code === 'ENOENT') {
      const hint = 'put it back from where you keep it; without it, sealed content stays sealed'
      return refuse('not-found', 'is missing: it is the key file of this instance', hint)
    }
    return refuse('not-readable', `is a key file that cannot be read (${code})`)
  }
  const keys = decode(text)
  if (keys.ok) return yes({ ...keys.value, destroyed: destroyedKeysIn(destroyedListOf(path)) })
  const hint = 'put it back from where you keep it'
  return refuse(keys.refusal.code, keys.refusal.why, hint)
}

/** Never says what the file holds: a damaged key is a secret no less. */
function decode(text: string): Result<Keys> {
  const parsed = asJson(text)
  if (versionShape.safeParse(parsed).success) {
    return no({ code: 'newer-version', why: 'is a key file of a newer version' })
  }
  const shaped = fileShape.safeParse(parsed)
  if (!shaped.success) return no({ code: 'malformed', why: 'is no key file, or is damaged' })
  const keys: Key[] = []
  for (const { id, secret } of shaped.data.keys) {
    const bytes = Buffer.from(secret, 'base64')
    const key = bytes.toString('base64') === secret ? keyOf(bytes) : null
    // The id comes from the secret, so that it tells when a character was changed.
    if (key === null || key.id !== id || keys.some((other) => other.id === id)) {
      return no({ code: 'malformed', why: 'is a key file with a damaged key' })
    }
    keys.push(key)
  }
  const [first, ...others] = keys
  if (first === undefined) return no({ code: 'malformed', why: 'is a key file without a key' })
  return yes({ is: 'root', all: [first, ...others] })
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

const encode = (keys: readonly Key[]): string => {
  const listed = keys.map(({ id, secret }) => ({ id, secret: secret.export().toString('base64') }))
  return `${JSON.stringify({ version: 1, keys: listed }, null, 2)}\n`
}

/** A link, unlike a rename, fails where a file is: of two processes that start, one key wins. */
async function writeFirst(path: string): Promise<Result<null>> {
  const publish = async (draft: string): Promise<void> => {
    try {
      await link(draft, path)
    } catch (error) {
      if (systemCodeOf(error) !== 'EEXIST') throw error
    }
    await unlink(draft)
  }
  return write([randomKey()], publish, path)
}

/** The whole file or nothing of it stands at `path`, and stands there after a power failure. */
async function write(
  keys: readonly Key[],
  publish: (draft: string) => Promise<void>,
  path: string,
): Promise<Result<null>> {
  const draft = `${path}.${randomUUID()}.draft`
  try {
    {
      await using file = await open(draft, 'wx', 0o600)
      await file.writeFile(encode(keys))
      await file.sync()
    }
    await publish(draft)
    await syncFolder(dirname(path))
    return yes(null)
  } catch (error) {
    await unlink(draft).catch(() => {})
    return no(writeRefusal(error, path))
  }
}
