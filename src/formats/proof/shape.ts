import { z } from 'zod'
import { parsePurl } from '#formats/purl/parse.ts'
import { insidePathPattern, pathFault } from '#kernel/inside-path.ts'

/** The version of the format, as the first line of a proof says it. */
export const proofVersion = 'proof/1'

const textBytesMax = 4096
const listMax = 64

/** One line of text for people. */
export const line = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'must be one line without control characters')
/** What a version begins with; empty for any. */
const versionStart = z
  .string()
  .max(100)
  .regex(/^[^\p{Cc}]*$/u, 'must be one line')
const words = z.string().min(1).max(textBytesMax)
/** What a command holds: any text but NUL, which ends it (POSIX execve). */
const word = z
  .string()
  .max(textBytesMax)
  .regex(/^[^\0]*$/, 'must hold no NUL character')
export const command = z.array(word).min(1).max(listMax)
/** A script for `sh -c`. */
const script = word.min(1)

export const path = z
  .string()
  .max(1024)
  .superRefine((text, { addIssue }) => {
    const fault = pathFault(text)
    if (fault !== null) addIssue({ code: 'custom', message: fault })
  })
  .meta({ pattern: insidePathPattern, description: 'relative, inside of the bundle' })

/** A place in the sandbox: below the target's folder, or absolute. */
const place = z
  .string()
  .max(1024)
  .superRefine((text, { addIssue }) => {
    const fault = pathFault(text.replace(/^\//, ''))
    if (fault !== null) addIssue({ code: 'custom', message: fault })
  })
  .meta({ description: "a place in the sandbox: absolute, or below the target's folder" })
const writablePlace = place.refine(
  (text) => !text.startsWith('/') || /^\/(?:tmp|work)\//.test(text),
  {
    message: 'is absolute and not below /tmp or /work, where alone a sandbox can be written to',
  },
)

const digest = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 digest: 64 digits 0-9 and a-f, in lower case')

const purl = z
  .string()
  .max(1024)
  .refine((text) => parsePurl(text).ok, 'must be a package URL such as pkg:npm/left-pad@1.3.0')
  .meta({ pattern: '^pkg:' })
  .optional()

const target = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('folder'), path, purl }),
  z.strictObject({ kind: z.literal('archive'), path, sha256: digest, purl }),
  z.strictObject({
    kind: z.literal('repository'),
    url: z
      .string()
      .max(1024)
      .regex(/^https:\/\/[^\s@?#\\]+$/, 'must be an https address without password or question'),
    commit: z
      .string()
      .regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'must be a whole commit: 40 or 64 digits 0-9, a-f'),
    purl,
  }),
])

const location = z.strictObject({
  file: path,
  function: line.optional(),
  line: z.int().min(1).max(10_000_000).optional(),
})

const toolName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9+._-]{0,63}$/, 'must be the name of a program, such as gcc')

export const environment = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('host'), tools: z.record(toolName, versionStart).optional() }),
  z.strictObject({ kind: z.literal('archive'), path, sha256: digest }),
  z.strictObject({
    kind: z.literal('image'),
    reference: z
      .string()
      .max(500)
      .regex(
        /^[a-z0-9][a-z0-9._/:-]*@sha256:[0-9a-f]{64}$/,
        'must be an image by its digest: NAME@sha256:…; a tag may mean something else tomorrow',
      ),
  }),
])

const headerName = z
  .string()
  .max(200)
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be the name of an HTTP header')
const headerValue = z
  .string()
  .max(textBytesMax)
  .regex(/^[^\0\r\n]*$/, 'must be one line')

/** RFC 9112 section 3: the path goes over the wire as it stands. */
const step = z
  .strictObject({
    method: z
      .string()
      .regex(/^[A-Z]{3,20}$/, 'must be an HTTP method in capitals, such as GET')
      .default('GET'),
    path: z
      .string()
      .max(textBytesMax)
      .regex(/^\/[\x21-\x7e]*$/, 'must begin with / and hold visible ASCII only; encode the rest'),
    headers: z.record(headerName, headerValue).optional(),
    body: z.string().max(textBytesMax).optional(),
    'body-file': path.optional(),
  })
  .refine((one) => one.body === undefined || one['body-file'] === undefined, {
    message: 'has both body and body-file: keep one of them',
  })
/** So many requests a sandbox can be given with their bodies and answers. */
const exchange = z.array(step).min(1).max(50)

const input = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('file'), path }),
  z.strictObject({ kind: z.literal('stdin'), path }),
])

const run = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('command'), command, input: input.optional() }),
  z.strictObject({
    kind: z.literal('service'),
    command,
    port: z.int().min(1024).max(65_535),
    'ready-within-seconds': z.number().min(0.1).max(120).default(10),
    exchange,
  }),
])

const attempt = z.strictObject({ input: path.optional(), exchange: exchange.optional() })

const signals = [
  ...['SIGABRT', 'SIGALRM', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGKILL', 'SIGPIPE', 'SIGSEGV'],
  ...['SIGSYS', 'SIGTERM', 'SIGTRAP', 'SIGXCPU', 'SIGXFSZ'],
] as const

const oracle = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('sanitizer'),
    tool: z.enum(['address', 'memory', 'undefined', 'thread', 'leak']),
    error: line.optional(),
    function: line.optional(),
  }),
  z.strictObject({ kind: z.literal('signal'), signal: z.enum(signals) }),
  z.strictObject({
    kind: z.literal('exit'),
    code: z.int().min(0).max(255),
    says: words.optional(),
  }),
  z.strictObject({ kind: z.literal('canary-read'), path: place, text: z.string().min(8).max(200) }),
  z.strictObject({
    kind: z.literal('canary-written'),
    path: writablePlace,
    text: words.optional(),
  }),
  z.strictObject({
    kind: z.literal('http'),
    status: z.int().min(100).max(599).optional(),
    says: words.optional(),
  }),
  z.strictObject({ kind: z.literal('assertion'), command }),
  z.strictObject({
    kind: z.literal('exhaustion'),
    of: z.enum(['memory', 'cpu', 'wall', 'disk', 'processes']),
  }),
])

const limits = z.strictObject({
  'build-seconds': z.int().min(1).max(3600).default(300),
  'run-seconds': z.int().min(1).max(600).default(60),
  'memory-mib': z.int().min(16).max(16_384).default(2048),
  processes: z.int().min(1).max(4096).default(128),
  'disk-mib': z.int().min(1).max(16_384).default(1024),
  'output-mib': z.int().min(1).max(64).default(8),
})

/** What `proof.yaml` holds, before it becomes a ProofBundle. */
export const ProofShape = z.strictObject({
  parley: z.literal(proofVersion),
  title: line,
  proposed: words.optional(),
  target,
  location: location.optional(),
  environment: environment.default({ kind: 'host' }),
  build: z.array(script).max(listMax).default([]),
  run,
  oracle,
  benign: attempt.optional(),
  variants: z
    .array(attempt.extend({ name: line }))
    .max(listMax)
    .default([]),
  patch: path.optional(),
  tests: z.array(script).max(listMax).default([]),
  limits: limits.prefault({}),
  authorisation: z.strictObject({ statement: words, by: line }),
  finder: z.strictObject({ name: line, model: line.optional() }),
})

export type ProofWire = z.output<typeof ProofShape>
export type StepWire = z.output<typeof step>
export type AttemptWire = z.output<typeof attempt>

/** Where the published schema is found in the project. */
export const proofSchemaPath = 'docs/schemas/proof-1.json'

/** JSON Schema 2020-12 of the format: what an editor or another program checks a proof by. */
export function proofSchema(): Record<string, unknown> {
  const { $schema, ...shape } = z.toJSONSchema(ProofShape, { io: 'input', target: 'draft-2020-12' })
  const title = 'Parley proof bundle, version 1: proof.yaml'
  return { $schema, title, ...shape }
}
