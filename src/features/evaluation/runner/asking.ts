import { type Tokens, tokensOf } from '#features/engagement/gateway/usage.ts'
import type { SampleName } from '../sample.ts'
import { charged, type Limits, nextAnswer, type Reached, type Used } from './allowance.ts'
import type { Ask, Reply } from './model.ts'
import { pause } from './pause.ts'
import { mostOf } from './reply.ts'
import type { Workshop } from './workshop.ts'

/** What became of a turn that was asked for. */
export type Turned =
  | {
      readonly is: 'answer'
      readonly reply: Extract<Reply, { is: 'answer' }>
      readonly request: string
    }
  | Extract<Reply, { is: 'blocked' | 'full' | 'failed' }>
  | ({ readonly is: 'reached' } & Reached)
  /** `open`: what was cut on its way stays on record as used, since nobody can tell. */
  | { readonly is: 'suspended'; readonly open?: Open }

/** A request that is on record and not settled, with what it is charged with. */
export type Open = {
  readonly request: string
  readonly tokens: Tokens
  readonly isLost: boolean
}

/** What happens between tries, for the transcript. */
export type Between = { readonly request: string; readonly waitMs: number; readonly why: string }

export type Asker = {
  readonly name: SampleName
  readonly limits: Limits
  readonly used: Used
  readonly names: Set<string>
  readonly onRetry: (between: Between) => void
}

type Wanted = Omit<Ask, 'request' | 'outputTokensMax'>
type Ready = { readonly is: 'asked'; readonly whole: Ask; readonly most: Tokens }
type Prepared = Ready | ({ readonly is: 'reached' } & Reached)
type Again = Extract<Reply, { is: 'again' }>
type Tried = Reply | { readonly is: 'cut' } | { readonly is: 'not-begun' }

const waitMsMax = 60_000
/** An answer that was charged and lost is not asked for as often as one that was turned away. */
const lossesMax = 3

/**
 * Asks for the next turn of one attempt until there is an answer, or a reason why there is none.
 * What an answer may use is on record before it is asked for, so that no interruption makes the
 * allowance larger; a try that may have been charged is paid for and asked under another name.
 */
export class Asking {
  readonly #shop: Workshop
  readonly #asker: Asker
  #used: Used
  #losses = 0
  readonly #answersBefore: number

  constructor(shop: Workshop, asker: Asker) {
    this.#shop = shop
    this.#asker = asker
    this.#used = asker.used
    this.#answersBefore = shop.answers()
  }

  /** All that was used, with what this turn was charged. */
  get used(): Used {
    return this.#used
  }

  async turn(ask: Wanted): Promise<Turned> {
    let ready: Prepared | null = null
    for (let tries = 1; ; tries++) {
      if (this.#shop.stop.noMore.aborted) return this.#suspended(ready)
      ready ??= await this.#prepared(ask)
      if (ready.is === 'reached') return ready
      const reply = await this.#once(ready.whole)
      if (reply.is === 'cut') return this.#cut(ready)
      if (reply.is === 'not-begun') return this.#suspended(ready)
      if (reply.is !== 'again') return this.#settled(ready, reply)
      if (reply.isSpent) await this.#lose(ready)
      if (tries >= this.#shop.triesMax || this.#losses >= lossesMax) {
        return this.#givenUp(ready, reply, tries)
      }
      await this.#wait(ready.whole.request, reply, tries)
      if (reply.isSpent) ready = null
    }
  }

  /** Puts what the turn may use on record. */
  async #prepared(ask: Wanted): Promise<Prepared> {
    const { limits } = this.#asker
    const { price, scaffold, model } = this.#shop
    const request = this.#freshName(ask)
    const draft = { ...ask, request, outputTokensMax: scaffold.answerTokensMax }
    const textBytes = model.bytesOf(draft)
    const outputMax = scaffold.answerTokensMax
    const room = nextAnswer(this.#used, limits, { input: tokensOf(textBytes), outputMax, price })
    if (room.is === 'reached') return room
    const whole = { ...draft, outputTokensMax: room.output }
    const most = mostOf({ textBytes, outputTokensMax: room.output })
    this.#asker.names.add(request)
    const at = this.#shop.clock.now().toISOString()
    await this.#shop.journal.add({ is: 'asking', ...this.#asker.name, request, ...most, at })
    return { is: 'asked', whole, most }
  }

  #freshName({ task, epoch }: SampleName): string {
    const base = `${task}.${epoch}.${this.#used.turns + 1}`
    for (let more = 1; ; more++) {
      const name = more === 1 ? base : `${base}.${more}`
      if (!this.#asker.names.has(name)) return name
    }
  }

  async #once(ask: Ask): Promise<Tried> {
    const { pace, model, stop, requestMs } = this.#shop
    return pace.with<Tried>(async () => {
      if (stop.noMore.aborted) return { is: 'not-begun' }
      const timeoutMs = Math.min(requestMs, this.#asker.limits.ms - this.#used.ms)
      const begun = performance.now()
      const reply = await model.ask(ask, { signal: stop.cut, timeoutMs })
      const took = performance.now() - begun
      const { ms, lostMs } = this.#used
      const lost = reply.is === 'again' ? took : 0
      this.#used = { ...this.#used, ms: ms + took, lostMs: lostMs + lost }
      return stop.cut.aborted && reply.is === 'again' ? { is: 'cut' } : reply
    })
  }

  async #settled({ whole, most }: Ready, reply: Exclude<Reply, { is: 'again' }>): Promise<Turned> {
    if (reply.is === 'answer') {
      this.#charge(reply.usage.charged, false)
      this.#used = { ...this.#used, turns: this.#used.turns + 1 }
      this.#shop.count({ is: 'answer' })
      return { is: 'answer', reply, request: whole.request }
    }
    if (reply.is === 'failed' && reply.isSpent) await this.#lose({ whole, most })
    else await this.#release(whole.request)
    if (reply.is !== 'ended' && reply.is !== 'halted') return reply
    this.#shop.stop.stop({ is: reply.is, why: reply.why })
    return { is: 'suspended' }
  }

  #cut({ whole: { request }, most }: Ready): Turned {
    this.#charge(most, true)
    return { is: 'suspended', open: { request, tokens: most, isLost: true } }
  }

  async #givenUp(
    { whole }: Ready,
    { isSpent, isDown, why }: Again,
    tries: number,
  ): Promise<Turned> {
    if (!isSpent) await this.#release(whole.request)
    if (isDown && this.#shop.answers() === this.#answersBefore) {
      // Where it answers nobody, it is not this sample that it does not answer.
      this.#shop.stop.stop({ is: 'halted', why: `asked ${tries} times: ${why}` })
      return { is: 'suspended' }
    }
    return { is: 'failed', code: 'no-answer', why: `asked ${tries} times: ${why}`, isSpent }
  }

  async #wait(request: string, { why, afterMs }: Again, tries: number): Promise<void> {
    const { backoffMs, stop, count } = this.#shop
    const longest = Math.min(waitMsMax, backoffMs * 2 ** (tries - 1))
    // Half of it by chance, so that many who were turned away at once do not come back at once.
    const waitMs = Math.round(Math.max(afterMs ?? 0, longest / 2 + (Math.random() * longest) / 2))
    this.#asker.onRetry({ request, waitMs, why })
    count({ is: 'retry' })
    await pause(waitMs, stop.noMore)
  }

  async #lose({ whole, most }: Pick<Ready, 'whole' | 'most'>): Promise<void> {
    this.#losses++
    this.#charge(most, true)
    const line = { is: 'settled', ...this.#asker.name, request: whole.request, ...most } as const
    await this.#shop.journal.add({ ...line, isLost: true })
  }

  async #release(request: string): Promise<void> {
    const none = { input: 0, output: 0, isLost: false }
    await this.#shop.journal.add({ is: 'settled', ...this.#asker.name, request, ...none })
  }

  /** What never left costs nothing. */
  async #suspended(ready: Prepared | null): Promise<Turned> {
    if (ready?.is === 'asked') await this.#release(ready.whole.request)
    return { is: 'suspended' }
  }

  #charge(tokens: Tokens, isLost: boolean): void {
    const { price, count } = this.#shop
    const before = this.#used.microUsd
    this.#used = charged(this.#used, tokens, { price, isLost })
    const microUsd = this.#used.microUsd - before
    count({ is: 'charged', tokens: tokens.input + tokens.output, microUsd })
  }
}
