import { z } from 'zod'
import { classifications, tlpColours } from '#features/label/label.ts'
import type { Caps, Endpoint } from './books.ts'

const minutesMs = 60_000

/** What is cut where the developer says nothing else: long answers of models that think are not. */
export const usualCaps: Caps = {
  ...{ requestBytes: 32_000_000, answerBytes: 100_000_000 },
  ...{ firstByteMs: 15 * minutesMs, silenceMs: 5 * minutesMs, wholeMs: 60 * minutesMs },
}

/** An endpoint as its developer gave it, with the caps on each request to it. */
export type KeptEndpoint = { readonly endpoint: Endpoint; readonly caps: Caps }

const count = z.int().min(0).max(1_000_000_000)

/** How an endpoint is kept; another shape is a defect. */
const Kept = z.strictObject({
  ...{ base: z.url(), models: z.array(z.string()), mayList: z.boolean() },
  credential: z.strictObject({
    header: z.enum(['authorization', 'x-api-key']),
    scheme: z.string(),
  }),
  clearance: z.strictObject({
    ...{ classification: z.enum(classifications), tlp: z.enum(tlpColours) },
    compartments: z.array(z.string()),
    ...{ pcii: z.boolean(), underEmbargo: z.boolean(), organisation: z.string() },
  }),
  most: z.strictObject({ input: count, output: count }),
  price: z.strictObject({ inputMicroUsd: z.int().min(0), outputMicroUsd: z.int().min(0) }),
  caps: z.strictObject({
    ...{ requestBytes: count, answerBytes: count },
    ...{ firstByteMs: count, silenceMs: count, wholeMs: count },
  }),
})

export function encodeEndpoint({ endpoint, caps }: Omit<KeptEndpoint, 'version'>): string {
  const { version: _, base, ...rest } = endpoint
  return JSON.stringify({ ...rest, base: base.href, caps })
}

/** @throws ZodError or SyntaxError where it is no endpoint as it was kept. */
export function decodeEndpoint(text: string, version: number): KeptEndpoint {
  const { caps, base, ...rest } = Kept.parse(JSON.parse(text))
  return { endpoint: { ...rest, version, base: new URL(base) }, caps }
}
