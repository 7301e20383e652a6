import { z } from 'zod'
import { digestOf } from '#features/ledger/entry.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { type Capability, capabilities } from './capability.ts'

const ParameterShape = z.strictObject({
  capability: z.enum(capabilities),
  /** The mean score that is asked about. */
  threshold: z.number().gt(0).lt(1),
  /** The chance of error that is allowed, in each direction. */
  alpha: z.number().gt(0).max(0.5),
  /** Which version of which pack: its salted SHA-256 Merkle root, hexadecimal. */
  packRoot: z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in 64 small hexadecimal digits'),
  /** How many tokens an attempt may use. */
  tokenBudget: z.int().min(1),
})
export type Parameter = z.infer<typeof ParameterShape>

/**
 * What counts as a covered capability from a day on: versioned values, none of which is in the
 * program. Nothing follows from it for a release (Executive Order 14409, section 3(c)).
 */
export const PolicyShape = z.strictObject({
  kind: z.literal('classification-policy'),
  version: z.literal(1),
  /** Policies of one authority are numbered from 1. */
  number: z.int().min(1).max(1_000_000),
  inForceSince: z.iso.datetime(),
  parameters: z.array(ParameterShape).min(1).max(capabilities.length),
})
export type Policy = z.infer<typeof PolicyShape>

export type KnownPolicy = { readonly policy: Policy; readonly digest: string }

/** A policy with its digest, or everything that is wrong with it, each with a JSON pointer. */
export function parsePolicy(value: unknown): Result<KnownPolicy, readonly Refusal[]> {
  const read = PolicyShape.safeParse(value)
  if (!read.success) {
    return no(
      read.error.issues.map(({ path, message }) => ({
        ...{ code: 'malformed', why: message },
        at: path.map((step) => `/${String(step)}`).join(''),
      })),
    )
  }
  const policy = read.data
  const names = policy.parameters.map(({ capability }) => capability)
  const twice = names.findIndex((one, index) => names.indexOf(one) !== index)
  if (twice >= 0) {
    const why = `the capability "${names[twice]}" was there before`
    return no([{ code: 'malformed', why, at: `/parameters/${twice}/capability` }])
  }
  if (!names.includes('cyber')) {
    const why = 'cyber capability has no parameters; it is the one that every policy has'
    return no([{ code: 'malformed', why, at: '/parameters' }])
  }
  return yes({ policy, digest: digestOf(policy) })
}

export const parameterFor = ({ parameters }: Policy, capability: Capability): Parameter | null =>
  parameters.find((one) => one.capability === capability) ?? null
