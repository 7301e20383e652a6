import { parse, TomlError } from 'smol-toml'
import { z } from 'zod'
import { no, type Result, yes } from '#kernel/result.ts'

/** One thing about a task's document: the key that it stands under, and what about it. */
export type HarborRemark = { readonly key: string; readonly why: string }

/** `task.toml` of a Harbor task, schema 1.0 to 1.4, with what is not known there. */
export type HarborDocument = {
  readonly said: HarborSaid
  /** Keys that no version read here has; Harbor itself passes over them. */
  readonly unknown: readonly HarborRemark[]
}

const text = z.string().max(100_000)
const seconds = z.number().positive().max(604_800)
const count = z.number().nonnegative().max(1e9)
const variables = z.record(z.string(), text)
const user = z.union([text, z.int()])

const place = {
  build_timeout_sec: seconds.optional(),
  cpus: count.optional(),
  memory_mb: count.optional(),
  memory: text.optional(),
  storage_mb: count.optional(),
  storage: text.optional(),
  gpus: count.optional(),
  gpu_types: z.array(text).nullish(),
  docker_image: text.nullish(),
  env: variables.optional(),
  healthcheck: z.unknown().optional(),
  mcp_servers: z.array(z.unknown()).optional(),
  network_mode: text.optional(),
  allow_internet: z.boolean().optional(),
  os: text.optional(),
  skills_dir: text.nullish(),
  workdir: text.nullish(),
}

const Shape = z.object({
  schema_version: text.optional(),
  version: text.optional(),
  artifacts: z.array(z.unknown()).optional(),
  task: z
    .object({
      name: text.optional(),
      description: text.optional(),
      authors: z.array(z.unknown()).optional(),
      keywords: z.array(text).optional(),
    })
    .optional(),
  metadata: z.record(z.string(), z.unknown()).default({}),
  agent: z.object({ timeout_sec: seconds.optional(), user: user.nullish() }).default({}),
  verifier: z
    .object({
      timeout_sec: seconds.optional(),
      user: user.nullish(),
      env: variables.default({}),
      environment_mode: z.enum(['shared', 'separate']).optional(),
      environment: z.unknown().optional(),
      collect: z.array(z.unknown()).default([]),
    })
    .default({ env: {}, collect: [] }),
  environment: z.object(place).default({}),
  solution: z.object({ env: variables.default({}) }).default({ env: {} }),
  steps: z.array(z.unknown()).default([]),
})

export type HarborSaid = z.output<typeof Shape>

const versions: ReadonlySet<string> = new Set(['1.0', '1.1', '1.2', '1.3', '1.4'])
const documentLengthMax = 256 * 1024

/** Reads `task.toml`: what it says, or each key that is wrong. */
export function decodeHarbor(toml: string): Result<HarborDocument, readonly HarborRemark[]> {
  if (toml.length > documentLengthMax) {
    return no([{ key: '', why: `has more than ${documentLengthMax} characters` }])
  }
  let value: unknown
  try {
    value = parse(toml, { maxDepth: 32 })
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    return no([{ key: '', why: `is no TOML: line ${error.line}, column ${error.column}` }])
  }
  const read = Shape.safeParse(value)
  if (!read.success) {
    return no(read.error.issues.map(({ path, message }) => ({ key: path.join('.'), why: message })))
  }
  const version = read.data.schema_version ?? read.data.version ?? '1.0'
  if (!versions.has(version)) {
    const why = `is ${version.slice(0, 60)}, a version that is not read here; 1.0 to 1.4 are`
    return no([{ key: 'schema_version', why }])
  }
  return yes({ said: read.data, unknown: unknownOf(value) })
}

/** The tables whose keys are known; what `metadata` holds is free. */
const tables: Readonly<Record<string, z.ZodType>> = {
  '': Shape,
  task: Shape.shape.task,
  agent: Shape.shape.agent,
  verifier: Shape.shape.verifier,
  environment: Shape.shape.environment,
  solution: Shape.shape.solution,
}

function unknownOf(value: unknown): readonly HarborRemark[] {
  return Object.entries(tables).flatMap(([name, shape]) => {
    const found = name === '' ? value : memberOf(value, name)
    const known = keysOf(shape)
    return Object.keys(isTable(found) ? found : {})
      .filter((key) => !known.has(key))
      .map((key) => {
        const why = `is not known here: ${JSON.stringify(memberOf(found, key))?.slice(0, 200)}`
        return { key: name === '' ? key : `${name}.${key}`, why }
      })
  })
}

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const memberOf = (value: unknown, name: string): unknown =>
  isTable(value) && Object.hasOwn(value, name) ? value[name] : undefined

function keysOf(shape: unknown): ReadonlySet<string> {
  if (shape instanceof z.ZodDefault || shape instanceof z.ZodOptional) return keysOf(shape.unwrap())
  return new Set(shape instanceof z.ZodObject ? Object.keys(shape.shape) : [])
}
