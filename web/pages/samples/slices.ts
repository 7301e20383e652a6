import type { TranscriptEvent } from '../../api/types.ts'

/** How many events are asked for at once. */
export const sliceEvents = 200

/** Beyond so many characters of text what was read longest ago is let go. */
const charactersMax = 12_000_000
/** Small events take room that their characters do not tell. */
const slicesMax = 40

export type ReadSlice = (
  from: number,
  count: number,
  signal: AbortSignal,
) => Promise<readonly TranscriptEvent[]>

type Kept = { readonly events: readonly TranscriptEvent[]; readonly characters: number }

/** The parts of a transcript that were read, as many as memory is given for. */
export class Slices {
  readonly total: number
  readonly #read: ReadSlice
  /** In the order of their last use. */
  readonly #kept = new Map<number, Kept>()
  readonly #asked = new Map<
    number,
    { readonly answer: Promise<readonly TranscriptEvent[]>; readonly stop: () => void }
  >()
  readonly #failed = new Map<number, unknown>()
  readonly #watchers = new Set<() => void>()
  #inSight: readonly [first: number, last: number] = [0, 0]
  #version = 0

  constructor(total: number, read: ReadSlice) {
    this.total = total
    this.#read = read
  }

  readonly watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Another number whenever what is kept has changed. */
  readonly version = (): number => this.#version

  event(n: number): TranscriptEvent | null {
    return this.#kept.get(sliceOf(n))?.events[n % sliceEvents] ?? null
  }

  /** What went wrong with the events in sight; null where nothing did. */
  failure(): unknown {
    for (const [slice, error] of this.#failed) if (this.#isInSight(slice)) return error
    return null
  }

  /** Every event that is kept, in its order. */
  *events(): Generator<TranscriptEvent> {
    const slices = [...this.#kept].sort(([one], [other]) => one - other)
    for (const [, { events }] of slices) yield* events
  }

  /** What a person looks at is read first, and kept while they do; other questions are given up. */
  show(first: number, last: number): void {
    this.#inSight = [sliceOf(first), sliceOf(last)]
    for (const [slice, { stop }] of this.#asked) if (!this.#isInSight(slice)) stop()
    for (let slice = sliceOf(first); slice <= sliceOf(last); slice += 1) {
      if (!this.#failed.has(slice)) void this.slice(slice).catch(() => undefined)
    }
  }

  /** Asks again for what could not be read. */
  again(): void {
    this.#failed.clear()
    this.#tell()
    this.show(this.#inSight[0] * sliceEvents, this.#inSight[1] * sliceEvents)
  }

  /** The events of one slice, read where they are not kept. */
  async slice(slice: number): Promise<readonly TranscriptEvent[]> {
    const kept = this.#kept.get(slice)
    if (kept !== undefined) {
      this.#kept.delete(slice)
      this.#kept.set(slice, kept)
      return kept.events
    }
    return (this.#asked.get(slice) ?? this.#ask(slice)).answer
  }

  #ask(slice: number) {
    const control = new AbortController()
    const from = slice * sliceEvents
    const count = Math.min(sliceEvents, this.total - from)
    const answer = this.#read(from, count, control.signal).then(
      (events) => {
        this.#keep(slice, events)
        return events
      },
      (error: unknown) => {
        if (!control.signal.aborted) this.#failed.set(slice, error)
        throw error
      },
    )
    void answer
      .catch(() => undefined)
      .finally(() => {
        this.#asked.delete(slice)
        this.#tell()
      })
    const asked = { answer, stop: () => control.abort() }
    this.#asked.set(slice, asked)
    return asked
  }

  #keep(slice: number, events: readonly TranscriptEvent[]): void {
    this.#failed.delete(slice)
    this.#kept.set(slice, { events, characters: sum(events.map(charactersOf)) })
    let characters = sum([...this.#kept.values()].map((kept) => kept.characters))
    for (const [old, kept] of this.#kept) {
      if (characters <= charactersMax && this.#kept.size <= slicesMax) return
      if (old === slice || this.#isInSight(old)) continue
      this.#kept.delete(old)
      characters -= kept.characters
    }
  }

  #isInSight(slice: number): boolean {
    const [first, last] = this.#inSight
    return slice >= first && slice <= last
  }

  #tell(): void {
    this.#version += 1
    for (const watcher of this.#watchers) watcher()
  }
}

const sliceOf = (n: number): number => Math.floor(n / sliceEvents)
const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0)
const charactersOf = (event: TranscriptEvent): number => sum(textsOf(event).map((s) => s.length))

/** Every text of an event that a person can search. */
export function textsOf(event: TranscriptEvent): readonly string[] {
  switch (event.is) {
    case 'system':
    case 'user':
    case 'note':
      return [event.text]
    case 'assistant':
      return [
        ...[event.reasoning ?? '', event.text],
        ...event.calls.flatMap(({ tool, input }) => [tool, input]),
      ]
    case 'tool':
      return [event.tool, event.output]
    case 'error':
      return [event.code, event.why]
    case 'retry':
    case 'verifier':
      return [event.why ?? '']
    case 'usage':
      return [event.stop ?? '']
    case 'limit':
      return [event.limit]
  }
}
