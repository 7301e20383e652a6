import { z } from 'zod'
import { hashBytes } from '#formats/tlog/hash.ts'
import { pathFault } from '#kernel/inside-path.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { type Commitment, type Opening, saltBytes } from './commitment.ts'
import { tasksMax } from './shape.ts'

/** The salts of a pack, by the place of the task: secret until a task is opened. */
export type Salts = { readonly root: Uint8Array; readonly salts: readonly Uint8Array[] }

const hex = (bytes: number) =>
  z
    .string()
    .regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`), `must be ${bytes} bytes in hexadecimal`)
    .transform((text): Uint8Array => Buffer.from(text, 'hex'))
const word = z.string().min(1).max(300)
const inside = z
  .string()
  .max(1024)
  .refine((path) => pathFault(path) === null, 'must be a path inside of the task')
const count = z.int().min(1).max(tasksMax)

const stratum = z.strictObject({
  ...{ family: word, difficulty: z.int().min(1).max(5) },
  ...{ tasks: count, weight: z.number().min(0.001) },
})

const CommitmentShape = z.strictObject({
  parley: z.literal('pack-commitment/1'),
  ...{ name: word, version: word, label: word, count },
  strata: z.array(stratum).min(1).max(tasksMax),
  root: hex(hashBytes),
})

const SaltsShape = z.strictObject({
  parley: z.literal('pack-salts/1'),
  root: hex(hashBytes),
  salts: z.array(hex(saltBytes)).min(1).max(tasksMax),
})

const entry = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('folder'), path: inside }),
  z.strictObject({
    kind: z.literal('file'),
    path: inside,
    sizeBytes: z.int().min(0),
    sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 digest in hexadecimal'),
    isProgram: z.boolean(),
  }),
])

const OpeningShape = z.strictObject({
  parley: z.literal('pack-opening/1'),
  ...{ name: word, version: word, index: z.int().min(0).max(tasksMax), id: word },
  salt: hex(saltBytes),
  entries: z.array(entry).min(1).max(10_000),
  proof: z.array(hex(hashBytes)).max(64),
})

/** The document that is published before the first run. */
export const encodeCommitment = ({ root, ...rest }: Commitment): string =>
  textOf({ parley: 'pack-commitment/1', ...rest, root: hexOf(root) })

export const encodeSalts = ({ root, salts }: Salts): string =>
  textOf({ parley: 'pack-salts/1', root: hexOf(root), salts: salts.map(hexOf) })

export const encodeOpening = ({ salt, proof, ...rest }: Opening): string =>
  textOf({ parley: 'pack-opening/1', ...rest, salt: hexOf(salt), proof: proof.map(hexOf) })

export const decodeCommitment = (text: string): Result<Commitment, string> =>
  decoded(text, CommitmentShape, 'commitment')

export const decodeSalts = (text: string): Result<Salts, string> =>
  decoded(text, SaltsShape, 'list of salts')

export const decodeOpening = (text: string): Result<Opening, string> =>
  decoded(text, OpeningShape, 'opening of a task')

const textOf = (members: Readonly<Record<string, unknown>>): string =>
  `${JSON.stringify(members, null, 2)}\n`

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** The members of a document without its version, or the first thing that is wrong with it. */
function decoded<T extends { readonly parley: string }>(
  text: string,
  shape: z.ZodType<T>,
  what: string,
): Result<Omit<T, 'parley'>, string> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return no(`is no JSON, and so no ${what}`)
  }
  const read = shape.safeParse(value)
  if (read.success) {
    const { parley: _, ...members } = read.data
    return yes(members)
  }
  const [issue] = read.error.issues
  return no(`is no ${what} of this version: /${issue?.path.join('/')} ${issue?.message}`)
}
