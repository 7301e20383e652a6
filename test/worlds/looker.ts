import { isObject } from '#formats/json/reader.ts'
import type { Who } from './cast.ts'
import { Listener } from './listener.ts'
import { begin } from './randomness.ts'
import type { Known } from './requests.ts'
import { Transcript } from './transcript.ts'
import { unsigned } from './unsigned.ts'
import { unzipped } from './unzipped.ts'
import { type Answer, type Call, jsonOf, type World } from './world.ts'

/** What both worlds answered to one call. */
export type Said = {
  readonly call: Call
  readonly answer: Answer
  readonly without: string
  readonly with: string
}

/** One outsider with what they heard in each world. */
export class Looker {
  readonly who: Who
  readonly #worlds: readonly [World, World]
  readonly #transcripts = [new Transcript(), new Transcript()] as const
  readonly #listeners: readonly [Listener, Listener]
  readonly #ids = new Map<string, Set<string>>()
  readonly #receipts = new Set<string>()
  readonly #versions = new Map<string, number>()
  readonly #next = new Map<string, string[]>()

  constructor(who: Who, worlds: readonly [World, World]) {
    this.who = who
    this.#worlds = worlds
    this.#listeners = [new Listener(worlds[0], who), new Listener(worlds[1], who)]
  }

  async open(): Promise<void> {
    for (const listener of this.#listeners) await listener.open()
  }

  close(): void {
    for (const listener of this.#listeners) listener.close()
  }

  /** Begins anew, so that one difference does not make everything after it look different. */
  forget(): void {
    for (const transcript of this.#transcripts) transcript.forget()
    for (const known of [this.#ids, this.#receipts, this.#versions, this.#next]) known.clear()
  }

  /** The same calls in both worlds, all at once in each, and what was said to each. */
  async ask(
    calls: readonly Call[],
    { stream, but }: { readonly stream: string; readonly but: RegExp | null },
  ): Promise<readonly Said[]> {
    const answered: Answer[][] = []
    for (const [at, world] of this.#worlds.entries()) {
      begin(stream)
      const all = calls.map((call) => world.ask(this.who, at === 0 ? call : this.#asThere(call)))
      answered.push((await Promise.all(all)).map((one) => unsigned(unzipped(one))))
    }
    const said: Said[] = []
    for (const [at, call] of calls.entries()) {
      const [one, other] = [answered[0]?.[at], answered[1]?.[at]]
      if (one === undefined || other === undefined) continue
      const found = { call, answer: one, ...this.compared(one, other, but) }
      said.push(found)
      if (found.without === found.with) this.#learn(call.path, one)
      else this.forget()
    }
    return said
  }

  /** Two answers as this outsider can tell them apart. */
  compared(one: Answer, other: Answer, but: RegExp | null = null): Pick<Said, 'without' | 'with'> {
    const [own, theirs] = this.#transcripts
    return { without: own.said(one, but), with: theirs.said(other, but) }
  }

  async heard(marker: string, but: RegExp | null): Promise<Pick<Said, 'without' | 'with'>> {
    const [one, other] = this.#listeners
    const [a, b] = [await one.heard(marker), await other.heard(marker)]
    const [own, theirs] = this.#transcripts
    const left = (text: string): string => (but === null ? text : text.replace(but, ''))
    return { without: own.canonical(left(a)), with: theirs.canonical(left(b)) }
  }

  /** The same call as it is made in the other world: each id as that world told it. */
  #asThere({ path, body, ...rest }: Call): Call {
    const [own, theirs] = this.#transcripts
    const there = (text: string): string => own.translated(text, theirs)
    if (body === undefined) return { ...rest, path: there(path) }
    if (Buffer.isBuffer(body)) return { ...rest, path: there(path), body }
    return { ...rest, path: there(path), body: JSON.parse(there(JSON.stringify(body))) }
  }

  #learn(path: string, answer: Answer): void {
    const text = answer.body.toString('latin1')
    for (const [id = '', kind = ''] of text.matchAll(/\b([a-z]{3,13})_[a-z2-7]{20}\b/g)) {
      const ids = this.#ids.get(kind) ?? new Set()
      this.#ids.set(kind, ids.add(id))
    }
    for (const [receipt] of text.matchAll(/\bSUB-[a-z2-7]{18}\b/g)) this.#receipts.add(receipt)
    const told = jsonOf(answer)
    if (!isObject(told)) return
    for (const item of [told, told['items']].flat()) {
      if (!isObject(item) || typeof item['id'] !== 'string') continue
      if (typeof item['version'] === 'number') this.#versions.set(item['id'], item['version'])
    }
    const { next } = told
    if (typeof next !== 'string') return
    const [base = '', query] = path.split('?')
    const kept = query === undefined ? '' : `${query.replace(/&?after=[^&]*/, '')}&`
    const rest = `?${kept}after=${next}`
    this.#next.set(base, [...(this.#next.get(base) ?? []), rest].slice(-2))
  }

  /** What they know, and the ids of everything secret, as if they had guessed them. */
  knownBeside(secrets: ReadonlyMap<string, readonly string[]>): Known {
    const own = new Map([...this.#ids].map(([kind, ids]) => [kind, [...ids]] as const))
    const known = { own, secrets, versions: this.#versions, next: this.#next }
    return { ...known, receipts: [...this.#receipts] }
  }
}
