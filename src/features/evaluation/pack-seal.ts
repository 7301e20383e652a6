import { z } from 'zod'
import { decodeSalts, encodeSalts, type Salts } from '#formats/pack/commitment-document.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import {
  decryptWith,
  encryptTo,
  type Holder,
  holdersMax,
  openPair,
  pairKeys,
  recipientOf,
} from '#platform/crypto/pair-seal.ts'

/** What a sealed pack is made of: a tar archive of its files, and its salts. */
export type PackContents = { readonly pack: Uint8Array; readonly salts: Salts }

/** So large an archive is sealed in one piece. */
export const sealedBytesMax = 256 * 2 ** 20

/** The names of a sealed pack's files; those of pairs count holders from 1. */
export const sealNames = {
  holders: 'holders.json',
  pack: 'pack.tar.age',
  salts: 'salts.json.age',
  pair: (first: number, second: number): string => `pairs/${first + 1}-${second + 1}.age`,
} as const

const HoldersShape = z.strictObject({
  parley: z.literal('pack-seal/1'),
  holders: z
    .array(z.strictObject({ name: z.string().min(1).max(300), recipient: z.string().max(100) }))
    .min(2)
    .max(holdersMax),
})

/** The files of a sealed pack, by name: any two of the holders open it, and no one alone. */
export async function sealPack(
  { pack, salts }: PackContents,
  holders: readonly Holder[],
): Promise<Result<ReadonlyMap<string, Uint8Array>, string>> {
  const made = await pairKeys(holders)
  if (!made.ok) return made
  const { recipient, pairs } = made.value
  const document = { parley: 'pack-seal/1', holders }
  const encoder = new TextEncoder()
  return yes(
    new Map([
      [sealNames.holders, encoder.encode(`${JSON.stringify(document, null, 2)}\n`)],
      ...pairs.map(({ first, second, sealed }) => [sealNames.pair(first, second), sealed] as const),
      [sealNames.pack, await encryptTo(recipient, pack)],
      [sealNames.salts, await encryptTo(recipient, encoder.encode(encodeSalts(salts)))],
    ]),
  )
}

/** Answers a file of a sealed pack; null where there is none. */
export type SealReader = (name: string) => Promise<Uint8Array | null>

/** Opens a sealed pack with the identities of two holders, given in any order. */
export async function openSeal(
  read: SealReader,
  identities: readonly string[],
): Promise<Result<PackContents, string>> {
  const holders = await readHolders(read)
  if (!holders.ok) return holders
  const places = await placesOf(holders.value, identities)
  if (!places.ok) return places
  const [[first, one], [second, other]] = places.value
  const name = sealNames.pair(first, second)
  const sealed = await read(name)
  if (sealed === null) return no(`lacks ${name}`)
  const key = await openPair({ first, second, sealed }, one, other)
  if (!key.ok) return no(`${name} ${key.refusal}`)
  const pack = await opened(read, sealNames.pack, key.value)
  if (!pack.ok) return pack
  const text = await opened(read, sealNames.salts, key.value)
  if (!text.ok) return text
  const salts = decodeSalts(new TextDecoder().decode(text.value))
  return salts.ok ? yes({ pack: pack.value, salts: salts.value }) : salts
}

async function opened(
  read: SealReader,
  name: string,
  identity: string,
): Promise<Result<Uint8Array, string>> {
  const sealed = await read(name)
  if (sealed === null) return no(`lacks ${name}`)
  const found = await decryptWith(identity, sealed)
  return found.ok ? found : no(`${name} ${found.refusal}`)
}

async function readHolders(read: SealReader): Promise<Result<readonly Holder[], string>> {
  const bytes = await read(sealNames.holders)
  if (bytes === null) return no(`lacks ${sealNames.holders}: it is no sealed pack`)
  return holdersIn(bytes)
}

/** Who holds a key, as the file of a sealed pack says that nobody has to open. */
export function holdersIn(bytes: Uint8Array): Result<readonly Holder[], string> {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(bytes))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return no(`${sealNames.holders} is no JSON`)
  }
  const found = HoldersShape.safeParse(value)
  return found.success
    ? yes(found.data.holders)
    : no(`${sealNames.holders} names no holders of a version that is read here`)
}

type Place = readonly [index: number, identity: string]

/** Which holders these identities are of: two different ones, the earlier first. */
async function placesOf(
  holders: readonly Holder[],
  identities: readonly string[],
): Promise<Result<readonly [Place, Place], string>> {
  const places: Place[] = []
  for (const identity of identities) {
    const recipient = await recipientOf(identity)
    if (recipient === null) return no('a key that was given is no identity of age')
    const index = holders.findIndex((one) => one.recipient === recipient)
    if (index < 0) {
      const names = holders.map(({ name }) => name).join(', ')
      return no(`a key that was given is of no holder; they are ${names}`)
    }
    if (!places.some(([other]) => other === index)) places.push([index, identity])
  }
  places.sort(([one], [other]) => one - other)
  const [first, second, third] = places
  if (first === undefined || second === undefined) {
    const who = first === undefined ? 'nobody' : `${holders[first[0]]?.name} alone`
    return no(`takes two holders to open, and the keys that were given are of ${who}`)
  }
  return third === undefined ? yes([first, second]) : no('takes the keys of two holders, not more')
}
