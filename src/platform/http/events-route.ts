import type { z } from 'zod'
import { assert } from '#kernel/assert.ts'
import { yes } from '#kernel/result.ts'
import { emptyAnswer, problemAnswer } from './answer.ts'
import {
  type Arrival,
  contextOf,
  invalid,
  type Nothing,
  readParts,
  surplusBody,
} from './arrival.ts'
import { problem } from './problem.ts'
import {
  type Admitted,
  faceOf,
  type Outcome,
  type Route,
  type RouteFace,
  refusing,
} from './route.ts'

/** One thing that happened. */
export type LiveEvent<T> = {
  /** Its place in the order of events: at most 200 visible ASCII characters. */
  readonly id: string
  /** What a browser listens for: letters, digits, dots and hyphens. */
  readonly event: string
  readonly data: T
}

/** Events in their order, such as rows of a table. */
export type LiveEvents<T> = {
  /** The id of the last event so far: where a client begins that has seen none. */
  readonly latest: () => Promise<string>
  /** What came after an event, oldest first; `gone` where that place is no longer known. */
  readonly since: (id: string, limit: number) => Promise<readonly LiveEvent<T>[] | 'gone'>
  /** Calls `wake` when there may be more; answers how to stop that. */
  readonly subscribe: (wake: () => void) => () => void
}

/** What is told to one client. */
export type Watch<T> = {
  readonly events: LiveEvents<T>
  /** Asked before anything is told, and at each beat: the stream ends when access has ended. */
  readonly isAllowed: () => Promise<boolean>
}

export type EventsRouteSpec<P, Q, Params, Query, Headers, T extends z.ZodType> = RouteFace<
  P,
  Q,
  Params,
  Query,
  Headers
> & {
  readonly method: 'GET'
  /** The shape of `data`. */
  readonly shape: T
  /** Whose stream it is: so many at once for each. */
  readonly whose: (principal: Q) => string
  readonly streamsMax?: number
  readonly beatMs?: number
  readonly run: (
    request: Admitted<Q, Params, Query, Headers>,
  ) => Promise<Outcome<Watch<z.input<T>>>>
}

const pageMax = 100

/**
 * A stream of server-sent events (HTML Living Standard section 9.2) that a client can leave and
 * take up again with `Last-Event-ID` without missing one. It begins with `ready`, which carries the
 * place from which it goes on: what was loaded before may be stale by then. `reset` says that
 * events were missed, so that everything is to be loaded again. Events are read from their source
 * at the speed of the client; the source says only when to look.
 */
export function eventsRoute<
  P,
  Q,
  T extends z.ZodType,
  Params extends z.ZodObject = Nothing,
  Query extends z.ZodObject = Nothing,
  Headers extends z.ZodObject = Nothing,
>(spec: EventsRouteSpec<P, Q, Params, Query, Headers, T>): Route<P> {
  const streams = new Streams(spec.streamsMax ?? 8)
  const mediaType = 'text/event-stream'
  // Proxies pass events on at once; the connection ends with the stream.
  const sending = { 'x-accel-buffering': 'no', connection: 'close' }
  const headers = { 'content-type': mediaType, ...sending }
  return {
    ...faceOf(spec),
    kind: 'events',
    takes: null,
    answers: [{ status: 200, description: 'Events as they come.', mediaType, shape: spec.shape }],
    admit: async (arrival) => {
      const refuse = refusing(arrival)
      const who = spec.access.admit(arrival.principal)
      if (!who.ok) return refuse(who.refusal)
      const surplus = surplusBody(arrival)
      if (surplus !== null) return refuse(surplus)
      const parts = readParts(spec, arrival)
      if (!parts.ok) return refuse(invalid(parts.refusal))
      return yes(async () => {
        const request = { ...contextOf(arrival), ...parts.value, principal: who.value }
        const outcome = await spec.run(request)
        if (!outcome.ok) return problemAnswer(outcome.refusal, arrival.requestId)
        if (arrival.method === 'HEAD') return emptyAnswer(200, headers)
        const leave = streams.enter(spec.whose(who.value))
        if (leave === null) return problemAnswer(tooMany, arrival.requestId)
        const { beatMs = 15_000, shape } = spec
        const body = told(outcome.value, { arrival, beatMs, shape, leave })
        return { status: 200, headers: { ...headers, ...outcome.headers }, body }
      })
    },
  }
}

const tooMany = problem('too-many-requests', 'Too many live streams are open for you.', {
  headers: { 'retry-after': '15' },
})

/** How many streams are open for each. */
class Streams {
  readonly #max: number
  readonly #open = new Map<string, number>()

  constructor(max: number) {
    this.#max = max
  }

  /** Answers how to leave; null where no further one is allowed. */
  enter(whose: string): (() => void) | null {
    const open = this.#open.get(whose) ?? 0
    if (open >= this.#max) return null
    this.#open.set(whose, open + 1)
    return () => {
      const left = (this.#open.get(whose) ?? 1) - 1
      if (left > 0) this.#open.set(whose, left)
      else this.#open.delete(whose)
    }
  }
}

type Telling<T extends z.ZodType> = {
  readonly arrival: Arrival<unknown>
  readonly beatMs: number
  readonly shape: T
  readonly leave: () => void
}

async function* told<T extends z.ZodType>(
  { events, isAllowed }: Watch<z.input<T>>,
  { arrival, beatMs, shape, leave }: Telling<T>,
): AsyncGenerator<string, void, undefined> {
  const bell = new Bell()
  const over = AbortSignal.any([arrival.signal, arrival.closing])
  over.addEventListener('abort', () => bell.ring())
  const unsubscribe = events.subscribe(() => bell.ring())
  try {
    let last = seenBy(arrival) ?? (await events.latest())
    yield `retry: 2000\n${framed({ id: last, event: 'ready', data: {} })}`
    let toldAt = performance.now()
    while (!over.aborted && (await isAllowed())) {
      const page = await events.since(last, pageMax)
      if (page === 'gone') {
        last = await events.latest()
        yield framed({ id: last, event: 'reset', data: {} })
        toldAt = performance.now()
        continue
      }
      if (page.length > 0) {
        yield page.map((one) => framed({ ...one, data: shape.parse(one.data) })).join('')
        last = page.at(-1)?.id ?? last
        toldAt = performance.now()
        continue
      }
      // Beats come so long after what was told. A ring that had nothing to tell here, because it
      // was of something that this client may not see, does not move them.
      const left = toldAt + beatMs - performance.now()
      if (left > 0 && (await bell.wait(left))) continue
      yield ': beat\n\n'
      toldAt = performance.now()
    }
  } finally {
    unsubscribe()
    leave()
  }
}

const idForm = /^[\x21-\x7e]{1,200}$/

/** Where a client takes up again. What it never got from here leads to a `reset` by the source. */
function seenBy({ headers }: Arrival<unknown>): string | null {
  const seen = headers['last-event-id']
  return typeof seen === 'string' && idForm.test(seen) ? seen : null
}

function framed({ id, event, data }: LiveEvent<unknown>): string {
  assert(idForm.test(id), `${id.slice(0, 80)} is no id of an event`)
  assert(/^[\w.-]{1,80}$/.test(event), `${event.slice(0, 80)} is no name of an event`)
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

/** Wakes one sleeper; a ring while nobody sleeps is kept. */
class Bell {
  #hasRung = false
  #wake: () => void = () => {}

  ring(): void {
    this.#hasRung = true
    this.#wake()
  }

  /** Whether it rang within that time. */
  async wait(forMs: number): Promise<boolean> {
    if (!this.#hasRung) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, forMs)
      this.#wake = resolve
      await promise
      clearTimeout(timer)
    }
    const hasRung = this.#hasRung
    this.#hasRung = false
    return hasRung
  }
}
