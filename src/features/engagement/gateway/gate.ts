import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { unreachable } from '#kernel/assert.ts'
import type { Log } from '#platform/log/log.ts'
import type { Visibility } from '../terms.ts'
import { AccessChain } from './access-chain.ts'
import type { Books, ClosingProof, Endpoint } from './books.ts'
import { Credential } from './credential.ts'
import type { Opening } from './opening.ts'
import { lookupWithin, type ReachRule } from './reach.ts'
import type { GatewayRefusal } from './refusal.ts'
import type { SteadyClock } from './steady-clock.ts'

/** A request on its way, as the gate has to see it. */
export type InFlight = {
  readonly person: string
  /** Of the token that it came with. */
  readonly tokenDigest: string
  readonly expiresAt: Date
  readonly done: Promise<void>
  readonly cut: (why: string) => void
  /** Why it was cut; null while it was not. */
  readonly cutBecause: string | null
  /** Looks whether a cap is passed, by the monotonic clock. */
  readonly check: (elapsedMs: number) => void
}

/** At most so long between two looks at the clocks, whatever timers do. */
const lookMs = 250
/** What could not be closed whole is tried again after that. */
const againMs = 1_000
/** What is known of what it goes by is read again when it is older, whoever told of a change. */
const freshMs = 500
const freshIdleMs = 5_000
/** What could not be read again for so long is not relied upon. */
const staleMs = 10_000

export type GateParts = {
  readonly node: string
  readonly books: Books
  readonly clock: SteadyClock
  readonly log: Log
  readonly reach: ReachRule
  /** Told once when nothing is left of it. */
  readonly gone?: (gate: Gate) => void
}

/** The way to one developer's model: open while access is, then gone with all that was on it. */
export class Gate {
  readonly id: string
  readonly chain: AccessChain
  readonly agents: { readonly http: HttpAgent; readonly https: HttpsAgent }
  lastRequest: ClosingProof['lastRequest'] = null
  readonly #parts: GateParts
  readonly #inFlight = new Set<InFlight>()
  #opening: Opening | null = null
  #readAt = Number.NEGATIVE_INFINITY
  #reading: Promise<void> | null = null
  #isOutdated = false
  #credential: Credential | null = null
  #hasPassed = false
  #cutStreams = 0
  #closing: Promise<void> | null = null
  #isGone = false
  #timer: NodeJS.Timeout | null = null

  constructor(id: string, parts: GateParts) {
    this.id = id
    this.#parts = parts
    this.chain = new AccessChain(parts.node, parts.books.log, parts.log)
    const options = {
      ...{ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 512 },
      lookup: lookupWithin(parts.reach),
    }
    this.agents = { http: new HttpAgent(options), https: new HttpsAgent(options) }
    this.#arm(0)
  }

  /** Whether it is closed for good and nothing is left of it. */
  get isGone(): boolean {
    return this.#isGone
  }

  /** How many requests are on their way. */
  get inFlight(): number {
    return this.#inFlight.size
  }

  /** Whether access has ended and that it is closed is still to be proven. */
  get isEnding(): boolean {
    const found = this.#opening
    return !this.#isGone && found?.accessAt(this.#parts.clock.now()).is === 'over'
  }

  /** The credential for an endpoint; another one is never sent to it. */
  credentialFor({ version }: Pick<Endpoint, 'version'>): Credential | null {
    return this.#credential?.version === version ? this.#credential : null
  }

  /** How much of requests the developer is shown; sizes alone where nothing is agreed. */
  get visibility(): Visibility {
    return this.terms?.promptsShownToDeveloper ?? 'sizes'
  }

  /** What is agreed now: narrowing it takes people and budgets away at once. */
  get terms() {
    return this.#opening?.terms ?? null
  }

  /** Which changes of what it goes by are known, where they are counted. */
  get seen(): number | undefined {
    return this.#opening?.changes
  }

  /** Whether anything may pass at this moment; null where it may. */
  refusalNow(): GatewayRefusal | null {
    const { clock } = this.#parts
    const found = this.#opening
    if (clock.elapsed() - this.#readAt > staleMs) return unready
    if (found === null) return { code: 'no-window', why: 'There is no access to this model.' }
    const access = found.accessAt(clock.now())
    switch (access.is) {
      case 'open':
        return this.#closing === null ? null : over
      case 'none':
        return { code: 'no-window', why: 'There is no access to this model.' }
      case 'before': {
        const why = `Access opens at ${access.opensAt.toISOString()}.`
        return { code: 'window-not-open', why }
      }
      case 'paused':
        return { code: 'window-paused', why: 'The developer has paused access.' }
      case 'over':
        return { code: 'window-closed', why: `Access ended at ${access.endedAt.toISOString()}.` }
      default:
        return unreachable(access)
    }
  }

  /** Makes ready for a request to this endpoint; answers why not where nothing may pass. */
  async ready({ version }: Pick<Endpoint, 'version'>): Promise<GatewayRefusal | null> {
    try {
      const isStale = this.#credential !== null && this.#credential.version !== version
      const isOld = this.#parts.clock.elapsed() - this.#readAt > freshMs
      // What is being read again was told to have changed: nobody goes by what was before.
      if (isStale || isOld || this.#reading !== null) await this.read()
      const refusal = this.refusalNow() ?? (this.chain.isBroken ? unready : null)
      if (refusal !== null) return refusal
      if (this.#credential === null) await this.#unlock()
      return this.refusalNow() ?? (this.#credential === null ? noEndpoint : null)
    } catch (error) {
      this.#parts.log.error('a gate cannot be made ready', { gate: this.id, error })
      return unready
    }
  }

  /** Reads again what it goes by, and acts on what it says. */
  read(): Promise<void> {
    this.#reading ??= this.#readAgain()
    return this.#reading
  }

  /** Somebody says that it changed: what is being read now may be from before that. */
  changed(): Promise<void> {
    this.#isOutdated = true
    return this.read()
  }

  enter(passage: InFlight): void {
    this.#inFlight.add(passage)
    void passage.done.finally(() => {
      this.#inFlight.delete(passage)
      if (passage.cutBecause === over.code) this.#cutStreams += 1
    })
  }

  /** Ends what is on its way and forgets the credential; access itself is as it was. */
  async dispose(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#cutAll('gateway-stopped')
    await this.#closing
    await this.chain.flush()
    this.#forget()
    this.#isGone = true
  }

  async #readAgain(): Promise<void> {
    try {
      do {
        this.#isOutdated = false
        await this.#readOnce()
      } while (this.#isOutdated)
    } finally {
      this.#reading = null
    }
    this.#look()
  }

  async #readOnce(): Promise<void> {
    const { clock, books } = this.#parts
    const begun = clock.elapsed()
    const held = this.#credential
    const digests = [...new Set([...this.#inFlight].map(({ tokenDigest }) => tokenDigest))]
    const [opening, version, standing] = await Promise.all([
      books.windows.read(this.id),
      books.vault.version(this.id),
      digests.length === 0 ? null : books.grants.standing(digests),
    ])
    this.#opening = opening
    this.#readAt = begun
    for (const passage of this.#inFlight) {
      const wasAsked = digests.includes(passage.tokenDigest)
      if (wasAsked && !standing?.has(passage.tokenDigest)) passage.cut('token-revoked')
    }
    // A credential that came while the books were read is judged when they are read next.
    if (held !== null && held === this.#credential) this.#cutWithdrawn(held, version)
  }

  /** Whoever takes a credential back ends at once what goes on with it. */
  #cutWithdrawn(held: Credential, version: number | null): void {
    if (held.version === version) return
    void this.#cutAll(version === null ? 'credential-withdrawn' : 'credential-changed')
    this.#forget()
  }

  async #unlock(): Promise<void> {
    const opened = await this.#parts.books.vault.open(this.id)
    if (opened === null) return
    // While it was fetched, another may have come with it, or access may have ended.
    if (this.#credential !== null || this.refusalNow() !== null) {
      opened.value.fill(0)
      return
    }
    this.#credential = new Credential(opened)
    this.#hasPassed = true
  }

  #arm(afterMs: number): void {
    if (this.#isGone) return
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#tick(), Math.max(1, afterMs))
    this.#timer.unref()
  }

  #tick(): void {
    const elapsed = this.#parts.clock.elapsed()
    const fresh = this.#inFlight.size > 0 ? freshMs : freshIdleMs
    if (elapsed - this.#readAt > fresh) {
      this.read().catch((error: unknown) => {
        this.#parts.log.error('what a gate goes by cannot be read', { gate: this.id, error })
      })
    }
    for (const passage of this.#inFlight) passage.check(elapsed)
    void this.chain.flush()
    this.#look()
  }

  /** Cuts what may not go on, closes what is over, and looks again soon or exactly then. */
  #look(): void {
    if (this.#isGone) return
    const refusal = this.refusalNow()
    if (refusal !== null) void this.#cutAll(refusal.code)
    const people = this.terms?.people ?? []
    const now = this.#parts.clock.now()
    for (const passage of this.#inFlight) {
      if (!people.includes(passage.person)) passage.cut('person-not-named')
      else if (passage.expiresAt <= now) passage.cut('token-expired')
    }
    if (refusal?.code === 'window-paused') this.#forget()
    if (this.#isNobodys()) {
      this.#end()
      return
    }
    const isOver = refusal?.code === over.code
    if (isOver) this.#closing ??= this.#close()
    this.#arm(isOver ? againMs : this.#untilNext())
  }

  /** Whether nothing is agreed and nothing ever came: it is made again when somebody asks. */
  #isNobodys(): boolean {
    if (!Number.isFinite(this.#readAt) || this.#reading !== null) return false
    const access = this.#opening?.accessAt(this.#parts.clock.now()).is ?? 'none'
    return access === 'none' && this.#inFlight.size === 0 && this.chain.length === 0
  }

  #end(): void {
    this.#isGone = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.agents.http.destroy()
    this.agents.https.destroy()
    this.#parts.gone?.(this)
  }

  #untilNext(): number {
    const { clock } = this.#parts
    const now = clock.now()
    const access = this.#opening?.accessAt(now) ?? null
    if (access === null || access.is === 'none') return freshIdleMs
    if (access.is === 'over') return lookMs
    return Math.min(lookMs, access.endsAt.getTime() - now.getTime())
  }

  async #cutAll(why: string): Promise<void> {
    const all = [...this.#inFlight]
    for (const passage of all) passage.cut(why)
    await Promise.all(all.map(({ done }) => done))
  }

  #forget(): void {
    this.#credential?.destroy()
    this.#credential = null
    this.agents.http.destroy()
    this.agents.https.destroy()
  }

  /** What was cut is told before the proof; what cannot be kept now is tried at the next look. */
  async #close(): Promise<void> {
    const { books, clock, log, node } = this.#parts
    try {
      await this.#cutAll(over.code)
      this.#forget()
      await this.chain.flush()
      // Somebody may have extended it without our having heard: what is destroyed is gone.
      const opening = await books.windows.read(this.id)
      this.#opening = opening
      const access = opening?.accessAt(clock.now())
      if (opening === null || access?.is !== 'over') return
      const left = await books.vault.open(this.id)
      left?.value.fill(0)
      if (this.#hasPassed || left !== null) {
        await books.closings.keep(this.#proof(opening, access.endedAt))
      }
      this.#end()
      log.info('access ended', { gate: this.id, node, cutStreams: this.#cutStreams })
    } catch (error) {
      log.error('a gate cannot be closed whole yet', { gate: this.id, error })
    } finally {
      this.#closing = null
    }
  }

  #proof({ engagement, partner }: Opening, endedAt: Date): ClosingProof {
    const { node, clock } = this.#parts
    return {
      ...{ node, engagement, closedAt: endedAt.toISOString() },
      ...(partner !== null && { partner }),
      ...{ doneAt: clock.now().toISOString(), cutStreams: this.#cutStreams },
      ...{ lastRequest: this.lastRequest, entries: this.chain.length, chainHead: this.chain.head },
    }
  }
}

const unready: GatewayRefusal = {
  code: 'gateway-unready',
  why: 'The gateway cannot make sure right now that access is open.',
}
const noEndpoint: GatewayRefusal = {
  code: 'endpoint-missing',
  why: 'The developer has given no endpoint for this model, or has taken it back.',
}
const over: GatewayRefusal = { code: 'window-closed', why: 'Access has ended.' }
