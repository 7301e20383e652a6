import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Declared } from '#features/evaluation/declaration.ts'
import { type OpenPack, openPack } from '#features/evaluation/pack-reading.ts'
import { openSeal, sealedBytesMax } from '#features/evaluation/pack-seal.ts'
import { type Commitment, verifyPack } from '#formats/pack/commitment.ts'
import { decodeCommitment, decodeSalts } from '#formats/pack/commitment-document.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { readBytes, readNamed } from './pack-files.ts'
import { identityIn } from './pack-seal.ts'

export type PackOptions = {
  readonly commitment?: string
  readonly salts?: string
  readonly identity?: readonly string[]
}

/**
 * Opens the pack of a run, sealed or not, and holds it against what was committed to and declared.
 * Nothing is run of a pack with a fault, or of another pack than the declared one.
 */
export async function openRunPack(
  path: string,
  options: PackOptions,
  { declared, scratch }: { readonly declared: Declared | null; readonly scratch: string },
): Promise<Result<OpenPack>> {
  const isSealed = existsSync(join(path, 'holders.json'))
  const commitment = await commitmentOf(options, declared, isSealed)
  if (!commitment.ok) return commitment
  const place = isSealed ? await unsealed(path, options, scratch) : yes({ tar: path, salts: null })
  if (!place.ok) return place
  const salts = place.value.salts ?? (await saltsOf(options))
  if (!Array.isArray(salts) && salts !== null && 'ok' in salts) return salts
  const read = await openPack(place.value.tar, { scratch })
  if (!read.ok) return no(refusalOf(path, read.refusal))
  const pack = read.value
  const wrong = wrongWith(path, pack, { commitment: commitment.value, salts })
  if (wrong === null) return yes(pack)
  await pack[Symbol.asyncDispose]()
  return no(wrong)
}

type Salts = readonly Uint8Array[]

async function commitmentOf(
  { commitment: path }: PackOptions,
  declared: Declared | null,
  isSealed: boolean,
): Promise<Result<Commitment | null>> {
  if (path === undefined) {
    if (!isSealed && declared === null) return yes(null)
    const why = isSealed ? 'a sealed pack is opened' : 'a declaration names a root'
    const hint = 'give --commitment, the file that was published before'
    return no({ code: 'bad-usage', why: `${why}, and there is no commitment to hold it to`, hint })
  }
  const read = await readNamed(path, decodeCommitment)
  if (!read.ok || declared === null) return read
  const root = Buffer.from(read.value.root).toString('hex')
  const { bankRoot } = declared.declaration
  if (root === bankRoot) return read
  const why = `commits to another pack than was declared: ${root}, not ${bankRoot}`
  return no({ code: 'malformed', why, at: path })
}

async function saltsOf({ salts: path }: PackOptions): Promise<Result<never> | Salts | null> {
  if (path === undefined) return null
  const read = await readNamed(path, decodeSalts)
  return read.ok ? read.value.salts : read
}

async function unsealed(
  folder: string,
  { identity = [] }: PackOptions,
  scratch: string,
): Promise<Result<{ readonly tar: string; readonly salts: Salts | null }>> {
  const identities: string[] = []
  for (const path of identity) {
    const read = await readNamed(path, identityIn)
    if (!read.ok) return read
    identities.push(read.value)
  }
  const opened = await openSeal(async (name) => {
    const bytes = await readBytes(join(folder, name), 2 * sealedBytesMax)
    return bytes.ok ? bytes.value : null
  }, identities)
  if (!opened.ok) return no({ code: 'malformed', why: opened.refusal, at: folder })
  const tar = join(scratch, 'pack.tar')
  await writeFile(tar, opened.value.pack, { flag: 'wx', mode: 0o600 })
  return yes({ tar, salts: opened.value.salts.salts })
}

function wrongWith(
  path: string,
  pack: OpenPack,
  { commitment, salts }: { readonly commitment: Commitment | null; readonly salts: Salts | null },
): Refusal | null {
  const [problem] = pack.problems
  if (problem !== undefined) {
    const more = pack.problems.length > 1 ? ` (and ${pack.problems.length - 1} more)` : ''
    const why = `${problem.file}: ${problem.why}${more}`
    return { code: 'malformed', why, at: path, hint: '"parley pack check" lists all of it' }
  }
  if (commitment === null) return null
  if (salts === null) {
    const hint = 'give --salts, which only those have who may open the pack'
    return {
      code: 'bad-usage',
      why: 'cannot be held to its commitment without salts',
      at: path,
      hint,
    }
  }
  const verified = verifyPack(commitment, pack.committed, salts)
  return verified.ok ? null : { code: 'malformed', why: verified.refusal, at: path }
}

function refusalOf(
  at: string,
  refusal: Extract<Awaited<ReturnType<typeof openPack>>, { ok: false }>['refusal'],
): Refusal {
  if (refusal.is === 'archive') return refusal.refusal
  const [problem] = refusal.problems
  const why = problem === undefined ? 'is no pack' : `${problem.file}: ${problem.why}`
  return { code: 'malformed', why, at, hint: '"parley pack check" lists all of it' }
}
