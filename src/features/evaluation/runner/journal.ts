import { type FileHandle, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import type { Tokens } from '#features/engagement/gateway/usage.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { syncFolder, systemCodeOf, writeRefusal } from '#platform/files/disk.ts'
import { keyOfSample, type Sample, SampleWire } from '../sample.ts'
import { type RunPlan, RunPlanWire } from './plan.ts'

const count = z.int().min(0).max(1e15)
const one = { task: z.string().max(64), epoch: z.int().min(1) }
const request = z.string().max(200)

/** What a run remembers, a line each, before it goes on. */
const JournalLine = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('begun'), at: z.iso.datetime(), plan: RunPlanWire }),
  /** So many tokens may be used from here on: what is not settled stays used. */
  z.strictObject({
    ...{ is: z.literal('asking'), ...one, request, input: count, output: count },
    at: z.iso.datetime().optional(),
  }),
  z.strictObject({
    ...{ is: z.literal('settled'), ...one, request, input: count, output: count },
    isLost: z.boolean(),
  }),
  z.strictObject({ is: z.literal('finished'), sample: SampleWire }),
  z.strictObject({ is: z.literal('closed'), at: z.iso.datetime(), why: z.string() }),
])
export type JournalLine = z.infer<typeof JournalLine>

/** What one attempt was charged with in all processes that worked at it. */
export type Account = {
  readonly charged: readonly { readonly tokens: Tokens; readonly isLost: boolean }[]
  /** Names under which something was asked that may have arrived, and is not settled. */
  readonly open: ReadonlyMap<string, Tokens>
  /** Every name under which something was asked. */
  readonly names: ReadonlySet<string>
  /** When something was first asked; null where that was not written down. */
  readonly firstAskedAt: string | null
}

/** All that a journal says. */
export type RunMemory = {
  readonly plan: RunPlan
  readonly finished: ReadonlyMap<string, Sample>
  readonly accounts: ReadonlyMap<string, Account>
  readonly closed: string | null
}

/** Reads the lines of a journal; one that was not written to its end is as if it never was. */
export function readJournal(
  text: string,
): Result<{ readonly memory: RunMemory; readonly wholeBytes: number } | null, string> {
  const end = text.lastIndexOf('\n') + 1
  const lines = text.slice(0, end).split('\n').slice(0, -1)
  let plan: RunPlan | null = null
  let closed: string | null = null
  const finished = new Map<string, Sample>()
  const accounts = new Map<string, Accounting>()
  for (const [index, line] of lines.entries()) {
    const read = lineOf(line)
    if (read === null) return no(`line ${index + 1} is damaged`)
    if ((plan === null) !== (read.is === 'begun')) return no(`line ${index + 1} is out of place`)
    if (read.is === 'begun') plan = read.plan
    else if (read.is === 'finished') finished.set(keyOfSample(read.sample), read.sample)
    else if (read.is === 'closed') closed = read.why
    else {
      const key = keyOfSample(read)
      const account = accounts.get(key) ?? nothingAsked()
      accounts.set(key, account)
      take(read, account)
    }
  }
  if (plan === null) return yes(null)
  const memory = { plan, finished, accounts, closed }
  return yes({ memory, wholeBytes: Buffer.byteLength(text.slice(0, end)) })
}

type Accounting = {
  readonly charged: Account['charged'][number][]
  readonly open: Map<string, Tokens>
  readonly names: Set<string>
  firstAskedAt: string | null
}

const nothingAsked = (): Accounting => ({
  ...{ charged: [], open: new Map(), names: new Set(), firstAskedAt: null },
})

function take(read: Extract<JournalLine, { is: 'asking' | 'settled' }>, account: Accounting): void {
  const { charged, open, names } = account
  const tokens = { input: read.input, output: read.output }
  names.add(read.request)
  if (read.is === 'asking') {
    open.set(read.request, tokens)
    account.firstAskedAt ??= read.at ?? null
  } else {
    open.delete(read.request)
    charged.push({ tokens, isLost: read.isLost })
  }
}

function lineOf(line: string): JournalLine | null {
  try {
    const read = JournalLine.safeParse(JSON.parse(line))
    return read.success ? read.data : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Adds lines to a file; each is on the disk once it was added. Many share one wait for it. */
export class Journal {
  readonly #file: FileHandle
  #waiting: {
    readonly line: string
    readonly settle: () => void
    readonly fail: (why: unknown) => void
  }[] = []
  #writing = false
  #broken: unknown = null

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /** Opens a journal, with what it says already; null for one that says nothing yet. */
  static async open(
    path: string,
  ): Promise<Result<{ readonly journal: Journal; readonly memory: RunMemory | null }>> {
    try {
      const text = await readFile(path, 'utf8').catch((error: unknown) => {
        if (systemCodeOf(error) === 'ENOENT') return ''
        throw error
      })
      const read = readJournal(text)
      if (!read.ok) {
        const hint = 'it is not gone on with; keep the folder, and begin in another one'
        return no({ code: 'malformed', why: read.refusal, at: path, hint })
      }
      const file = await open(path, 'a', 0o600)
      await file.truncate(read.value?.wholeBytes ?? 0)
      await syncFolder(dirname(path))
      return yes({ journal: new Journal(file), memory: read.value?.memory ?? null })
    } catch (error) {
      return no(writeRefusal(error, path))
    }
  }

  /** Done when it is on the disk; fails for ever once a line could not be put there. */
  add(line: JournalLine): Promise<void> {
    return new Promise((settle, fail) => {
      this.#waiting.push({ line: `${JSON.stringify(line)}\n`, settle, fail })
      if (!this.#writing) void this.#write()
    })
  }

  async close(): Promise<void> {
    await this.#file.close()
  }

  async #write(): Promise<void> {
    this.#writing = true
    while (this.#waiting.length > 0) {
      const now = this.#waiting
      this.#waiting = []
      try {
        // Behind half a line nothing more is written: it would be a part of that line.
        if (this.#broken !== null) throw this.#broken
        await this.#file.appendFile(now.map(({ line }) => line).join(''))
        await this.#file.datasync()
        for (const { settle } of now) settle()
      } catch (error) {
        this.#broken = error
        for (const { fail } of now) fail(error)
      }
    }
    this.#writing = false
  }
}
