import { z } from 'zod'
import { classifications, tlpColours } from '#features/label/label.ts'
import { LabelWire, LabelWishWire } from '#features/label/label.wire.ts'
import { lineShape } from '#platform/http/line-shape.ts'
import { AccessEntryShape } from './access-log.store.ts'

/** Shapes of what is said of gateways as it crosses HTTP. */

const count = (max: number) => z.int().min(0).max(max)
const day = 86_400_000

const CapsShape = z.strictObject({
  requestBytes: z.int().min(1_000).max(500_000_000),
  answerBytes: z.int().min(1_000).max(1_000_000_000),
  firstByteMs: z.int().min(100).max(day),
  silenceMs: z.int().min(100).max(day),
  wholeMs: z.int().min(100).max(day),
})

const ClearanceShape = z.strictObject({
  classification: z.enum(classifications),
  tlp: z.enum(tlpColours),
  compartments: z.array(z.string().regex(/^[A-Z0-9-]{1,40}$/)).max(32),
})

const shared = {
  /** Origin, and a path before `/v1` where there is one. */
  base: z.string().max(2_000),
  /** Names by which the offered model may be asked; none grants none. */
  models: z.array(lineShape(200)).max(100),
  /** Whether the endpoint's own list of models may be read. */
  mayList: z.boolean(),
  /** What the model takes and gives at most in one request, in tokens. */
  most: z.strictObject({ input: count(1_000_000_000), output: count(1_000_000_000) }),
  /** In millionths of a US dollar for a million tokens. */
  price: z.strictObject({
    inputMicroUsd: count(1_000_000_000_000),
    outputMicroUsd: count(1_000_000_000_000),
  }),
}

const Header = z.enum(['authorization', 'x-api-key'])

export const EndpointWishWire = z.strictObject({
  ...shared,
  credential: z.strictObject({
    header: Header,
    /** The word before it, such as `Bearer`; empty for none. */
    scheme: z.string().regex(/^[A-Za-z0-9_-]{0,40}$/),
    /** Never shown again to anybody. */
    value: z.string().regex(/^[!-~]{8,8000}$/, 'is not 8 to 8,000 signs without spaces'),
  }),
  /** What the endpoint may see; what everybody may who is not cleared, unless given. */
  clearance: ClearanceShape.optional(),
  caps: CapsShape.partial().optional(),
})

export const EndpointWire = z
  .strictObject({
    ...{ ...shared, version: z.int(), clearance: ClearanceShape, caps: CapsShape },
    credential: z.strictObject({
      ...{ header: Header, scheme: z.string() },
      /** Null while it is there. */
      destroyedAt: z.string().nullable(),
    }),
    ...{ putAt: z.string(), putBy: z.string().nullable(), withdrawnAt: z.string().nullable() },
  })
  .meta({ id: 'GatewayEndpoint' })

const budgetShape = z.strictObject({
  ...{ requests: count(1e12), tokens: count(1e12), microUsd: count(1e12) },
  atOnce: count(100_000),
})

export const TokenWishWire = z.strictObject({
  run: z.string().regex(/^[!-~]{1,100}$/, 'is not 1 to 100 signs without spaces'),
  /** Of what the run carries; the engagement's own counts in any case. */
  label: LabelWishWire.optional(),
  /** For this run, within what the terms give. */
  budget: budgetShape.partial().optional(),
  /** How long it lives; never past the end of access. */
  minutes: z.int().min(1).max(720).default(720),
})

export const TokenMadeWire = z
  .strictObject({
    id: z.string(),
    /** It is shown this once. */
    token: z.string(),
    expiresAt: z.string(),
    models: z.array(z.string()),
    /** Base addresses for clients of either API; null where the instance says none. */
    openai: z.string().nullable(),
    anthropic: z.string().nullable(),
  })
  .meta({ id: 'GatewayTokenMade' })

const Person = z.strictObject({ id: z.string(), name: z.string() })

const TokenWire = z
  .strictObject({
    ...{ id: z.string(), person: Person, run: z.string(), label: LabelWire },
    ...{ budget: budgetShape, madeAt: z.string(), expiresAt: z.string() },
    revokedAt: z.string().nullable(),
  })
  .meta({ id: 'GatewayToken' })

export const TokenListWire = z
  .strictObject({ items: z.array(TokenWire), next: z.string().nullable() })
  .meta({ id: 'GatewayTokenList' })

export const AccessListWire = z
  .strictObject({
    items: z.array(
      z.strictObject({ entry: AccessEntryShape, digest: z.string(), person: z.string() }),
    ),
    next: z.string().nullable(),
    /** Of the whole window, what is on its way included. */
    used: budgetShape,
    /** Null where nothing is agreed. */
    budget: budgetShape.nullable(),
  })
  .meta({ id: 'AccessLogPage' })

export const ClosingListWire = z
  .strictObject({
    items: z.array(
      z
        .strictObject({
          ...{ node: z.string(), engagement: z.string() },
          /** By whose gate; absent for that of the evaluators. */
          partner: z.string().optional(),
          ...{ closedAt: z.string(), doneAt: z.string(), cutStreams: z.int() },
          lastRequest: z.strictObject({ request: z.string(), receivedAt: z.string() }).nullable(),
          ...{ entries: z.int(), chainHead: z.string() },
        })
        .meta({ id: 'ClosingProof' }),
    ),
  })
  .meta({ id: 'ClosingProofList' })
