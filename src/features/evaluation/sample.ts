import { z } from 'zod'
import { type Outcome, outcomes } from '#formats/evaluation/outcome.ts'
import { no, type Result, yes } from '#kernel/result.ts'

const count = z.int().min(0).max(1e15)
const digest = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in 64 small hexadecimal digits')
const taskId = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'is no name of a task')
const epochsMax = 10_000
const whyCharsMax = 2_000

/** One attempt at one task that has ended, as it is kept and passed on. */
export const SampleWire = z
  .strictObject({
    task: taskId,
    /** From 1. */
    epoch: z.int().min(1).max(epochsMax),
    family: z.string().min(1).max(64),
    difficulty: z.int().min(1).max(5),
    /** The place of its task in the declared order of its stratum, from 1. */
    position: z.int().min(1).max(1_000_000).optional(),
    /** How long people of the trade need for the task, in minutes; absent where nobody measured. */
    humanMinutes: z.number().min(0.001).max(1_000_000).optional(),
    outcome: z.enum(outcomes),
    /** What the verifier gave, from 0 to 1; null where its word is not what counts. */
    reward: z.number().min(0).max(1).nullable(),
    /** Why it is no success; null where the verifier alone says so. */
    why: z.string().max(whyCharsMax).nullable(),
    /** Of the model under test, over all requests, those that failed among them. */
    tokens: z.strictObject({ input: count, output: count }),
    /** Input and output together: what the sample was allowed. */
    tokenLimit: z.int().min(1),
    turns: count,
    /** Millionths of a US dollar. */
    microUsd: count,
    startedAt: z.iso.datetime(),
    endedAt: z.iso.datetime(),
    /** When the model last answered: what verifies it comes later. Absent where it never did. */
    answeredAt: z.iso.datetime().optional(),
    /** Without what it waited for its turn and between tries of a request. */
    workingMs: count,
    /** Tasks whose canaries stand in what the model wrote. */
    contaminations: z.array(taskId).max(1_000),
    /** Of the transcript's JSON Lines. */
    transcriptSha256: digest,
    /** How many events the transcript has. */
    events: count,
  })
  .superRefine(({ outcome, reward }, context) => {
    const why = contradictionIn(outcome, reward)
    if (why !== null) context.addIssue({ code: 'custom', message: why, path: ['reward'] })
  })
export type Sample = z.infer<typeof SampleWire>

/** A reward belongs to what the verifier judged, and only a whole one is a success. */
function contradictionIn(outcome: Outcome, reward: number | null): string | null {
  if (outcome === 'success') return reward === 1 ? null : 'a success has the reward 1'
  if (outcome === 'failure') {
    return reward !== null && reward < 1 ? null : 'a failure has a reward below 1'
  }
  return reward === null ? null : `the outcome ${outcome} has no reward`
}

/** Names an attempt within its run. */
export type SampleName = Pick<Sample, 'task' | 'epoch'>

export const keyOfSample = ({ task, epoch }: SampleName): string => `${task} ${epoch}`

/** A line of JSON, without its end. */
export const encodeSample = (sample: Sample): string => JSON.stringify(sample)

/** Reads a line; everything that is wrong with it in one text. */
export function decodeSample(line: string): Result<Sample, string> {
  const value = parsed(line)
  if (value === undefined) return no('is no JSON')
  const read = SampleWire.safeParse(value)
  if (read.success) return yes(read.data)
  return no(
    read.error.issues.map(({ path, message }) => `/${path.join('/')} ${message}`).join('; '),
  )
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
