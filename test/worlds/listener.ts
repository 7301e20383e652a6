import { setTimeout as pause } from 'node:timers/promises'
import { canonical, commonLabel } from '#features/label/label.ts'
import type { Who } from './cast.ts'
import type { World } from './world.ts'

const patienceMs = 120_000

/** A stream of live events that somebody has open, as text; beats are of the wall clock. */
export class Listener {
  readonly #world: World
  readonly #who: Who
  readonly #ending = new AbortController()
  #text = ''
  #status = 0
  /** Whether the stream was ended by the other side. */
  #isOver = false

  constructor(world: World, who: Who) {
    this.#world = world
    this.#who = who
  }

  async open(): Promise<void> {
    const token = this.#world.tokens.get(this.#who)
    const response = await fetch(`${this.#world.http.url}/v1/events`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      signal: this.#ending.signal,
    })
    this.#status = response.status
    this.#isOver = response.status !== 200
    if (this.#isOver) this.#text = await response.text()
    else void this.#read(response)
  }

  async #read({ body }: Response): Promise<void> {
    const decoder = new TextDecoder()
    try {
      for await (const piece of body ?? []) this.#text += decoder.decode(piece, { stream: true })
    } catch (error) {
      if (!this.#ending.signal.aborted) this.#text += `broken: ${String(error)}`
    }
    this.#isOver = true
  }

  /**
   * Everything that was told since the last time. A marker that everybody may see is told last, so
   * that nothing is still on its way. Where the stream was ended, that is told, and another opened.
   */
  async heard(marker: string): Promise<string> {
    const until = performance.now() + patienceMs
    while (!this.#isOver && !this.#text.includes(`"${marker}"}\n\n`)) {
      if (performance.now() > until) throw new Error(`${this.#who} never heard of ${marker}`)
      await pause(5)
    }
    const ended = this.#isOver ? ' ended' : ''
    const text = `${this.#status}${ended}\n${this.#text.replaceAll(': beat\n\n', '')}`
    this.#text = ''
    if (this.#isOver) await this.open()
    return text
  }

  close(): void {
    this.#ending.abort()
  }
}

/** What whoever is cleared for anything sees, however little others left them in a history. */
const widest = JSON.stringify(canonical({ ...commonLabel, tlp: 'clear' }))

/**
 * People of the model desk are told of engagements alone: markers are let through to them, so that
 * it is known when they heard everything.
 */
export async function letMarkersThrough({ owner }: World): Promise<void> {
  await owner.query(
    `create policy markers_are_told on parley.live_event for select to parley_app
     using (topic = 'people' and ref like 'marker%'
       and organisation_id = parley.actor_organisation()
       and parley.actor_role() in ('developer', 'evaluator', 'partner'))`,
  )
}

/** Tells everybody's stream the same, in each organisation. */
export async function mark({ owner, at }: World, marker: string): Promise<void> {
  await owner.query(
    'insert into parley.label (label) values ($1::jsonb) on conflict (digest) do nothing',
    [widest],
  )
  await owner.query(
    `insert into parley.live_event (at, topic, ref, organisation_id, label_id)
     select $1, 'people', $2, o.id, l.id from parley.organisation o
       join parley.label l on l.label = $3::jsonb order by o.id`,
    [new Date(at.ms), marker, widest],
  )
}
