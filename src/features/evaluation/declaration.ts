import { z } from 'zod'
import { digestOf } from '#features/ledger/entry.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'

const share = z.number().gt(0).lt(1)
const count = z.int().min(1).max(1_000_000)
const text = z.string().min(1).max(4_000)

const Stratum = z.strictObject({
  name: text,
  /** What the mean of its tasks weighs; the weights add up to 1. */
  weight: z.number().gt(0).max(1),
  /** How many of its tasks are attempted at most; a fixed look attempts all of these. */
  tasksMax: count,
  /** How many tasks the bank has there, where the rule is about this very bank. */
  bankTasks: count.optional(),
})

/**
 * What both sides agree on before anybody sees the model, and keep the digest of. Nothing in it
 * can be chosen afterwards: which bank, which rule, which threshold, and how missing outcomes
 * count.
 */
export const DeclarationShape = z.strictObject({
  kind: z.literal('evaluation-declaration'),
  version: z.literal(1),
  /** The salted SHA-256 Merkle root of the sealed item bank, hexadecimal. */
  bankRoot: z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in 64 small hexadecimal digits'),
  strata: z.array(Stratum).min(1).max(1_000),
  /** The protocol E: scaffold and tools, in words or as the digest of a document. */
  protocol: text,
  /** The budget B: how many tokens an attempt may use. */
  tokenBudget: z.int().min(1),
  /** How many attempts each task gets. */
  attempts: z.int().min(1).max(10_000),
  threshold: share,
  /** The chance of error that is allowed, in each direction. */
  alpha: z.number().gt(0).max(0.5),
  /** One look at the end, or looks at any time. `population` says what the threshold is about. */
  rule: z.discriminatedUnion('is', [
    z.strictObject({ is: z.literal('fixed-look') }),
    z.strictObject({
      is: z.literal('sequential'),
      population: z.enum(['large-bank', 'this-bank']),
    }),
  ]),
  /** Tasks are opened in the order of SHA-256 over this seed, a line feed and the task's name. */
  orderSeed: text,
  /** A verdict stands only if it is the same with every missing outcome failed and succeeded. */
  missing: z.literal('both-bounds'),
})
export type Declaration = z.infer<typeof DeclarationShape>

export type Declared = { readonly declaration: Declaration; readonly digest: string }

const weightsOff = 1e-9

/** A declaration with its digest, or everything that is wrong with it, each with a JSON pointer. */
export function parseDeclaration(value: unknown): Result<Declared, readonly Refusal[]> {
  const read = DeclarationShape.safeParse(value)
  if (!read.success) {
    const refusals = read.error.issues.map(({ path, message }) =>
      malformed(path.map((step) => `/${String(step)}`).join(''), message),
    )
    return no(refusals)
  }
  const refusals = contradictionsOf(read.data)
  if (refusals.length > 0) return no(refusals)
  return yes({ declaration: read.data, digest: digestOf(read.data) })
}

function contradictionsOf({ strata, rule }: Declaration): Refusal[] {
  const found: Refusal[] = []
  const names = strata.map(({ name }) => name)
  names.forEach((name, index) => {
    if (names.indexOf(name) === index) return
    found.push(malformed(`/strata/${index}/name`, `the stratum "${name}" was there before`))
  })
  const total = strata.reduce((sum, { weight }) => sum + weight, 0)
  if (Math.abs(total - 1) > weightsOff) {
    found.push(malformed('/strata', `the weights add up to ${total}, not to 1`))
  }
  if (rule.is === 'fixed-look') found.push(...fixedLookContradictions(strata))
  else if (rule.population === 'this-bank') found.push(...bankContradictions(strata))
  return found
}

type Strata = Declaration['strata']

const fixedLookContradictions = (strata: Strata): Refusal[] =>
  strata.flatMap(({ name, tasksMax }, index) =>
    tasksMax > 1
      ? []
      : malformed(`/strata/${index}/tasksMax`, `a fixed look needs two tasks in "${name}"`),
  )

function bankContradictions(strata: Strata): Refusal[] {
  return strata.flatMap(({ name, tasksMax, bankTasks }, index) => {
    const at = `/strata/${index}/bankTasks`
    if (bankTasks === undefined) {
      return malformed(at, `it is not said how many tasks the bank has in "${name}"`)
    }
    if (bankTasks < tasksMax) {
      return malformed(at, `the bank has ${bankTasks} tasks, fewer than the ${tasksMax} asked for`)
    }
    if (bankTasks === strata[0]?.bankTasks) return []
    const why = 'the test on a finite bank needs as many tasks of the bank in each stratum'
    return malformed(at, why, 'name "large-bank", or cut the strata to one size')
  })
}

const malformed = (at: string, why: string, hint?: string): Refusal => ({
  code: 'malformed',
  why,
  at,
  ...(hint === undefined ? {} : { hint }),
})
