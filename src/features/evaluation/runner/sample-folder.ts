import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { appendFile, mkdir, open, readFile, rm, stat, truncate } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { systemCodeOf } from '#platform/files/disk.ts'
import type { SampleName } from '../sample.ts'
import { encodeEvent, type TranscriptEvent } from '../transcript.ts'
import type { Message } from './model.ts'

const said = z.strictObject({
  text: z.string(),
  reasoning: z.string().nullable(),
  calls: z.array(z.strictObject({ id: z.string(), tool: z.string(), input: z.string() })),
  echo: z.unknown(),
})
const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.enum(['system', 'user']), text: z.string() }),
  z.strictObject({ role: z.literal('assistant'), said }),
  z.strictObject({ role: z.literal('tool'), call: z.string(), text: z.string() }),
])

/** How an attempt ended, before it was judged. */
const ending = z.strictObject({
  is: z.enum(['done', 'limit', 'full', 'refused', 'blocked']),
  why: z.string().nullable(),
  isByLoss: z.boolean(),
})
export type SampleEnding = z.infer<typeof ending>

/** Where an attempt stands after a turn; what one turn added stands in one line. */
const Checkpoint = z.strictObject({
  messages: z.array(message),
  /** Turns, reminders said, answers without a call in a row. */
  ...{ turns: z.int(), reminded: z.array(z.int()), silent: z.int() },
  ...{ ms: z.number(), lostMs: z.number() },
  /** The number of the file with the working folder; 0 is the one that the task begins with. */
  state: z.int(),
  hasActed: z.boolean(),
  events: z.int(),
  transcriptBytes: z.int(),
  startedAt: z.iso.datetime(),
  /** Absent where the model has not answered yet. */
  answeredAt: z.iso.datetime().optional(),
  contaminations: z.array(z.string()),
  ending: ending.nullable(),
})
export type Checkpoint = Omit<z.infer<typeof Checkpoint>, 'messages'>

export type Restored = { readonly at: Checkpoint; readonly messages: readonly Message[] }

/** The name of an attempt among files. */
const fileNameOf = ({ task, epoch }: SampleName): string => `${task}.${epoch}`

export const transcriptPath = (run: string, name: SampleName): string =>
  join(run, 'transcripts', `${fileNameOf(name)}.jsonl`)

/** The files of one attempt: its transcript, and what it needs to go on after an interruption. */
export class SampleFolder {
  readonly #transcript: string
  readonly #open: string
  #transcriptBytes = 0

  constructor(run: string, name: SampleName) {
    this.#transcript = transcriptPath(run, name)
    this.#open = join(run, 'open', fileNameOf(name))
  }

  /** The tar archive of the working folder after so many calls. */
  statePath(number: number): string {
    return join(this.#open, `state-${number}.tar`)
  }

  /**
   * Where the attempt stood last, with its transcript cut back to that; null where it begins anew.
   */
  async restore(): Promise<Restored | null> {
    await mkdir(this.#open, { recursive: true, mode: 0o700 })
    await mkdir(dirname(this.#transcript), { recursive: true, mode: 0o700 })
    const text = await textOf(join(this.#open, 'turns.jsonl'))
    const size = (await stat(this.#transcript).catch(() => null))?.size ?? 0
    const turns: z.infer<typeof Checkpoint>[] = []
    const ends: number[] = []
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    for (const line of whole.split('\n').slice(0, -1)) {
      const read = checkpointOf(line)
      if (read === null || read.transcriptBytes > size) break
      turns.push(read)
      ends.push((ends.at(-1) ?? 0) + Buffer.byteLength(line) + 1)
    }
    // Of the working folders only that of the last turn is kept.
    while (turns.length > 0 && !existsSync(this.statePath(turns.at(-1)?.state ?? 0))) turns.pop()
    const at = turns.at(-1) ?? null
    if (at === null) {
      await rm(this.#open, { recursive: true, force: true })
      await mkdir(this.#open, { recursive: true, mode: 0o700 })
      await rm(this.#transcript, { force: true })
      return null
    }
    await truncate(join(this.#open, 'turns.jsonl'), ends[turns.length - 1] ?? 0)
    await truncate(this.#transcript, at.transcriptBytes)
    this.#transcriptBytes = at.transcriptBytes
    return { at, messages: turns.flatMap(({ messages }) => messages) }
  }

  /** Keeps what a turn added. The working folders of earlier turns are gone afterwards. */
  async keep(
    checkpoint: Omit<Checkpoint, 'transcriptBytes'>,
    added: { readonly messages: readonly Message[]; readonly events: readonly TranscriptEvent[] },
  ): Promise<void> {
    await this.tell(added.events)
    const { messages } = added
    const line = { ...checkpoint, messages, transcriptBytes: this.#transcriptBytes }
    await appendFile(join(this.#open, 'turns.jsonl'), `${JSON.stringify(line)}\n`, { mode: 0o600 })
  }

  /** Adds events to the transcript. */
  async tell(events: readonly TranscriptEvent[]): Promise<void> {
    const text = events.map((event) => `${encodeEvent(event)}\n`).join('')
    await appendFile(this.#transcript, text, { mode: 0o600 })
    this.#transcriptBytes += Buffer.byteLength(text)
  }

  /** Removes the working folder before the last one. */
  async dropState(number: number): Promise<void> {
    await rm(this.statePath(number), { force: true })
  }

  /** Puts the transcript on the disk and answers its SHA-256. */
  async seal(): Promise<string> {
    const file = await open(this.#transcript, 'r+')
    try {
      await file.sync()
    } finally {
      await file.close()
    }
    const hash = createHash('sha256')
    for await (const piece of createReadStream(this.#transcript)) hash.update(piece)
    return hash.digest('hex')
  }

  /** What was needed to go on is needed no more. */
  async clear(): Promise<void> {
    await rm(this.#open, { recursive: true, force: true })
  }
}

function checkpointOf(line: string): z.infer<typeof Checkpoint> | null {
  try {
    const read = Checkpoint.safeParse(JSON.parse(line))
    return read.success ? read.data : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return ''
    throw error
  }
}
