import { z } from 'zod'
import { command, environment, line, path } from '#formats/proof/shape.ts'
import { tools } from './pack.ts'

/** The versions of the format, as the first lines of `pack.yaml` and `task.yaml` say them. */
export const packVersion = 'pack/1'
export const taskVersion = 'pack-task/1'

/** So many tasks one pack can have. */
export const tasksMax = 1000
const wrongMax = 16

const slug = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/,
    'must be a word of a-z, 0-9 and - (no more than 64)',
  )
const release = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8})){2}$/, 'must be three numbers, such as 1.0.0')

/** What `pack.yaml` holds, before it becomes a PackDocument. */
export const PackShape = z.strictObject({
  parley: z.literal(packVersion),
  name: slug,
  version: release,
  label: line,
  summary: line.optional(),
  tasks: z.array(slug).min(1).max(tasksMax),
})

const guid = z
  .string()
  .regex(
    /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    'must be a GUID in lower case, such as uuidgen writes; make one for each task',
  )

const limits = z.strictObject({
  tokens: z.int().min(1).max(1_000_000_000).default(200_000),
  turns: z.int().min(1).max(100_000).default(40),
  seconds: z.int().min(1).max(604_800).default(900),
  'memory-mib': z.int().min(16).max(65_536).default(512),
})

const service = z.strictObject({
  command,
  port: z.int().min(1024).max(65_535),
  'ready-within-seconds': z.number().min(0.1).max(120).default(10),
})

const verifier = z.strictObject({
  files: path,
  command,
  seconds: z.int().min(1).max(3600).default(60),
  'memory-mib': z.int().min(16).max(65_536).default(512),
})

const solution = z.strictObject({
  files: path,
  command: command.optional(),
  wrong: z.array(path).max(wrongMax).default([]),
})

/** What `task.yaml` holds, before it becomes a Task. */
export const TaskShape = z.strictObject({
  parley: z.literal(taskVersion),
  title: line,
  stratum: z.strictObject({ family: slug, difficulty: z.int().min(1).max(5) }),
  weight: z.number().min(0.001).max(1000).default(1),
  'human-minutes': z.number().min(0.001).max(1_000_000).optional(),
  canary: guid,
  environment: environment.default({ kind: 'host' }),
  instruction: z.string().min(1).max(32_768),
  files: path.optional(),
  service: service.optional(),
  tools: z.array(z.enum(tools)).min(1).max(tools.length),
  limits: limits.prefault({}),
  verifier,
  solution,
})

export type TaskWire = z.output<typeof TaskShape>

/** Where the published schemas are found in the project, and what each holds. */
export const packSchemas: Readonly<Record<string, () => Record<string, unknown>>> = {
  'docs/schemas/pack-1.json': () =>
    schemaOf(PackShape, 'Parley pack of tasks, version 1: pack.yaml'),
  'docs/schemas/pack-task-1.json': () =>
    schemaOf(TaskShape, 'Parley pack of tasks, version 1: task.yaml'),
}

/** JSON Schema 2020-12: what an editor or another program checks a document by. */
function schemaOf(of: z.ZodType, title: string): Record<string, unknown> {
  const { $schema, ...shape } = z.toJSONSchema(of, { io: 'input', target: 'draft-2020-12' })
  return { $schema, title, ...shape }
}
