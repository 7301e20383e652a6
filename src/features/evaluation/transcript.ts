import { z } from 'zod'
import { no, type Result, yes } from '#kernel/result.ts'

const count = z.int().min(0).max(1e15)
const word = z.string().min(1).max(200)
const text = z.string()

/** Every event has its place, from 0, and its time. */
const place = { n: count, at: z.iso.datetime() }

/** What a model wants done. */
const Call = z.strictObject({
  /** As the model, or its endpoint, calls it. */
  id: text.max(400),
  tool: text.max(400),
  /** The arguments to the byte as they were said: JSON, or what the model took for it. */
  input: text,
})

export const limitNames = ['tokens', 'turns', 'time', 'cost'] as const

/**
 * What happened in one attempt, an event a line: all that the model saw and said, what it used, and
 * what the runner did about it. Nothing in it is shortened but the outputs of tools, which say so.
 */
export const TranscriptEvent = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('system'), ...place, text }),
  z.strictObject({ is: z.literal('user'), ...place, text }),
  z.strictObject({
    is: z.literal('assistant'),
    ...place,
    text,
    /** What the endpoint shows of how the model came to it; absent where it shows nothing. */
    reasoning: text.optional(),
    calls: z.array(Call),
  }),
  /** What the model is told of a call of its own; `truncated` where there was more. */
  z.strictObject({
    is: z.literal('tool'),
    ...place,
    call: text.max(400),
    tool: text.max(400),
    output: text,
    truncated: z.boolean(),
  }),
  /** What one answer was charged with, in millionths of a US dollar. */
  z.strictObject({
    is: z.literal('usage'),
    ...place,
    request: word,
    input: count,
    output: count,
    microUsd: count,
    /** How what the endpoint told contradicts what passed. */
    doubt: z.enum(['missing', 'malformed', 'too-low', 'too-high']).nullable(),
    /** Why the model stopped, in the endpoint's own word. */
    stop: text.max(200).nullable(),
  }),
  z.strictObject({ is: z.literal('limit'), ...place, limit: z.enum(limitNames), most: count }),
  z.strictObject({ is: z.literal('error'), ...place, code: word, why: text }),
  /** A request is asked again under its name, after a while. */
  z.strictObject({ is: z.literal('retry'), ...place, request: word, waitMs: count, why: text }),
  /** What the verifier gave; null where it gave nothing, for this reason. */
  z.strictObject({
    is: z.literal('verifier'),
    ...place,
    reward: z.number().min(0).max(1).nullable(),
    why: text.nullable(),
  }),
  z.strictObject({ is: z.literal('note'), ...place, text }),
])
export type TranscriptEvent = z.infer<typeof TranscriptEvent>

/** A line of JSON, without its end. */
export const encodeEvent = (event: TranscriptEvent): string => JSON.stringify(event)

/** Reads one line: the event that has this place in its transcript, or what is wrong with it. */
export function decodeEvent(line: string, n: number): Result<TranscriptEvent, string> {
  const value = parsed(line)
  if (value === undefined) return no('is no JSON')
  const read = TranscriptEvent.safeParse(value)
  if (!read.success) {
    const all = read.error.issues.map(({ path, message }) => `/${path.join('/')} ${message}`)
    return no(all.join('; '))
  }
  return read.data.n === n ? yes(read.data) : no(`has the place ${read.data.n}, not ${n}`)
}

/** Reads a whole transcript: its events, or the first line that is none, from 1. */
export function decodeTranscript(
  lines: string,
): Result<readonly TranscriptEvent[], { readonly line: number; readonly why: string }> {
  const events: TranscriptEvent[] = []
  if (lines === '') return yes(events)
  if (!lines.endsWith('\n')) return no({ line: lines.split('\n').length, why: 'has no end' })
  for (const line of lines.slice(0, -1).split('\n')) {
    const event = decodeEvent(line, events.length)
    if (!event.ok) return no({ line: events.length + 1, why: event.refusal })
    events.push(event.value)
  }
  return yes(events)
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
