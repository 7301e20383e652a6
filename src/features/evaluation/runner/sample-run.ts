import { contaminationsIn } from '#formats/pack/contamination.ts'
import { below, overlay, writeState } from '#platform/files/archive-state.ts'
import type { Root } from '#platform/sandbox/sandbox.ts'
import type { PackTask } from '../pack-reading.ts'
import type { SampleName } from '../sample.ts'
import type { TranscriptEvent } from '../transcript.ts'
import {
  charged,
  isByLoss,
  type Limits,
  nothingUsed,
  type Reached,
  totalOf,
  type Used,
} from './allowance.ts'
import { Asking, type Open, type Turned } from './asking.ts'
import type { Account } from './journal.ts'
import type { Message, Said } from './model.ts'
import { type Checkpoint, type SampleEnding, SampleFolder } from './sample-folder.ts'
import type { Scaffold } from './scaffold.ts'
import { runCall } from './tool-run.ts'
import { toolsFor } from './tools.ts'
import type { Workshop } from './workshop.ts'

/** An event before it has its place and time. */
export type Told = TranscriptEvent extends infer E
  ? E extends unknown
    ? Omit<E, 'n' | 'at'>
    : never
  : never

export type SampleTask = {
  readonly name: SampleName
  readonly one: PackTask
  readonly root: Root
  readonly limits: Limits
  /** In the declared order of its stratum; null where nothing was declared. */
  readonly position: number | null
  /** What other processes used at it before. */
  readonly account: Account | null
}

/** How an attempt ended, to be judged; or why it did not. */
export type Attempted =
  | { readonly is: 'ended'; readonly ending: SampleEnding }
  | { readonly is: 'failed'; readonly why: string }
  | { readonly is: 'suspended' }

const callsMax = 32

/** Leads a model through one attempt at one task, and goes on where an earlier process was. */
export class SampleRun {
  readonly folder: SampleFolder
  used: Used = nothingUsed
  readonly #shop: Workshop
  readonly #task: SampleTask
  readonly #names: Set<string>
  #at: Omit<Checkpoint, 'transcriptBytes' | 'ms' | 'turns' | 'events' | 'ending'>
  #messages: Message[] = []
  /** What of the messages and events is on no disk yet. */
  #keptMessages = 0
  #events: TranscriptEvent[] = []
  #n = 0
  /** What was asked last, until it is settled. */
  #open: Open | null = null

  constructor(task: SampleTask, shop: Workshop) {
    this.#task = task
    this.#shop = shop
    this.folder = new SampleFolder(shop.folder, task.name)
    this.#names = new Set(task.account?.names)
    const startedAt = task.account?.firstAskedAt ?? shop.clock.now().toISOString()
    const none = { reminded: [], silent: 0, lostMs: 0, state: 0, hasActed: false }
    this.#at = { ...none, startedAt, contaminations: [] }
  }

  get startedAt(): string {
    return this.#at.startedAt
  }

  /** When the model last answered; undefined where it never did. */
  get answeredAt(): string | undefined {
    return this.#at.answeredAt
  }

  get events(): number {
    return this.#n
  }

  get contaminations(): readonly string[] {
    return this.#at.contaminations
  }

  get hasActed(): boolean {
    return this.#at.hasActed
  }

  /** The working folder as it stands, a tar archive. */
  get state(): string {
    return this.folder.statePath(this.#at.state)
  }

  /** Does what is left to do of it. */
  async run(): Promise<Attempted> {
    const before = await this.#begin()
    if (before !== null) return before
    for (;;) {
      const turned = await this.#turn()
      if (turned !== null) return turned
    }
  }

  /** Adds an event to what will be on disk with the next turn. */
  tell(event: Told): void {
    this.#events.push({ n: this.#n++, at: this.#shop.clock.now().toISOString(), ...event })
  }

  /** Puts the events on disk that no turn took there. */
  async tellAll(): Promise<void> {
    const events = this.#events
    this.#events = []
    await this.folder.tell(events)
  }

  /** Takes up what is known of it, without going on. */
  async recall(): Promise<void> {
    await this.#restore()
    await this.#takeAccount(null)
  }

  /** Goes on no more: what is on record and not settled is settled now. */
  async giveUp(): Promise<void> {
    if (this.#open === null) return
    const { request, tokens, isLost } = this.#open
    this.#open = null
    const line = { is: 'settled', ...this.#task.name, request, ...tokens, isLost } as const
    await this.#shop.journal.add(line)
  }

  /** Whether the model was reached: what was turned away at its door is no beginning. */
  get hasBegun(): boolean {
    return this.used.turns > 0 || totalOf(this.used.tokens) > 0
  }

  async #begin(): Promise<Attempted | null> {
    const restored = await this.#restore()
    if (restored !== null) {
      await this.#takeAccount('The run was interrupted, and goes on here.')
      return restored.ending === null ? null : { is: 'ended', ending: restored.ending }
    }
    await this.#takeAccount(null)
    const { task, files } = this.#task.one
    const start = task.files === null ? [] : [below(files, task.files)]
    const written = await writeState(overlay(start), this.state)
    if (!written.ok) return { is: 'failed', why: `the task's files: ${written.refusal.why}` }
    this.#say('system', this.#shop.scaffold.system)
    this.#say('user', task.instruction)
    return null
  }

  async #restore(): Promise<Checkpoint | null> {
    const restored = await this.folder.restore()
    if (restored === null) return null
    const { at, messages } = restored
    const { transcriptBytes: _, ms, turns, events, ending, ...rest } = at
    this.#at = rest
    this.#n = events
    this.#messages = [...messages]
    this.#keptMessages = messages.length
    this.used = { ...nothingUsed, ms, lostMs: at.lostMs, turns }
    return at
  }

  /** What was charged before counts, and what is on record without an answer is charged now. */
  async #takeAccount(note: string | null): Promise<void> {
    const { account, name } = this.#task
    const { price, journal } = this.#shop
    let lost = 0
    for (const { tokens, isLost } of account?.charged ?? []) {
      this.used = charged(this.used, tokens, { price, isLost })
    }
    for (const [request, tokens] of account?.open ?? []) {
      await journal.add({ is: 'settled', ...name, request, ...tokens, isLost: true })
      this.used = charged(this.used, tokens, { price, isLost: true })
      lost += tokens.input + tokens.output
    }
    const text = lost === 0 ? note : `${note ?? ''} An answer is lost; ${lost} tokens are charged.`
    if (text !== null) this.tell({ is: 'note', text: text.trim() })
  }

  /** One turn: an answer, and what it calls for. */
  async #turn(): Promise<Attempted | null> {
    const { name, limits, one } = this.#task
    const { scaffold } = this.#shop
    this.#remind(scaffold)
    const onRetry = (between: { request: string; waitMs: number; why: string }): void =>
      this.tell({ is: 'retry', ...between })
    const { used } = this
    const asking = new Asking(this.#shop, { name, limits, used, names: this.#names, onRetry })
    const turned = await asking.turn({
      ...{ ...name, messages: this.#messages, tools: toolsFor(one.task, scaffold) },
      temperature: scaffold.temperature,
    })
    this.used = asking.used
    this.#note(turned)
    return turned.is === 'answer' ? this.#answered(turned) : this.#unanswered(turned)
  }

  #note(turned: Turned): void {
    if (turned.is === 'suspended') this.#open = turned.open ?? null
    if (turned.is === 'answer') {
      const { request, reply } = turned
      this.#open = { request, tokens: reply.usage.charged, isLost: false }
    }
    if (turned.is === 'answer' || turned.is === 'blocked' || turned.is === 'full') {
      this.#at = { ...this.#at, answeredAt: this.#shop.clock.now().toISOString() }
    }
  }

  async #unanswered(turned: Exclude<Turned, { is: 'answer' }>): Promise<Attempted> {
    switch (turned.is) {
      case 'reached':
        return this.#limited(turned)
      case 'blocked':
        this.tell({ is: 'error', code: turned.code.slice(0, 200), why: turned.why })
        return this.#end({ is: 'blocked', why: turned.why, isByLoss: false }, null)
      case 'full':
        this.tell({ is: 'error', code: 'context-full', why: turned.why })
        return this.#end({ is: 'full', why: turned.why, isByLoss: false }, null)
      case 'failed':
        this.tell({ is: 'error', code: turned.code.slice(0, 200), why: turned.why })
        return { is: 'failed', why: turned.why }
      default:
        return { is: 'suspended' }
    }
  }

  #limited(reached: Reached): Promise<Attempted> {
    const { limit, most } = reached
    this.tell({ is: 'limit', limit, most })
    const byLoss = isByLoss(this.used, this.#task.limits, reached)
    const why = byLoss
      ? `the limit of ${limit} was reached by answers that never arrived`
      : `the limit of ${limit} was reached (${most})`
    return this.#end({ is: 'limit', why, isByLoss: byLoss }, null)
  }

  async #answered(turned: Extract<Turned, { is: 'answer' }>): Promise<Attempted | null> {
    const { said, stop, ending, usage } = turned.reply
    const { charged: tokens, doubt } = usage
    const { reasoning, text, calls } = said
    this.#messages.push({ role: 'assistant', said })
    this.tell({
      is: 'assistant',
      text,
      ...(reasoning !== null && { reasoning }),
      calls: [...calls],
    })
    this.tell({
      ...{
        is: 'usage',
        request: turned.request,
        ...tokens,
        doubt,
        stop: stop?.slice(0, 200) ?? null,
      },
      microUsd: charged(nothingUsed, tokens, { price: this.#shop.price, isLost: false }).microUsd,
    })
    this.#findCanaries(said)
    const settle = { request: turned.request, ...tokens }
    if (ending === 'refused') {
      return this.#end({ is: 'refused', why: 'the model refused', isByLoss: false }, settle)
    }
    if (ending === 'blocked') {
      const why = `the answer was filtered (${stop})`
      return this.#end({ is: 'blocked', why, isByLoss: false }, settle)
    }
    return this.#acted(said, settle)
  }

  async #acted(said: Said, settle: Settle): Promise<Attempted | null> {
    const done = { is: 'done', why: null, isByLoss: false } as const
    if (said.calls.length === 0) {
      const { withoutCall } = this.#shop.scaffold
      const silent = this.#at.silent + 1
      this.#at = { ...this.#at, silent }
      if (silent > withoutCall.times) return this.#end(done, settle)
      this.#say('user', withoutCall.text)
      return this.#kept(settle)
    }
    this.#at = { ...this.#at, silent: 0 }
    const stateBefore = this.#at.state
    let isDone = false
    for (const [index, call] of said.calls.entries()) {
      const outcome = isDone || index >= callsMax ? tooMany(isDone) : await this.#called(call)
      if (outcome.is === 'suspended' || outcome.is === 'failed') return outcome
      if (outcome.is === 'submit') isDone = true
      const text = outcome.is === 'submit' ? 'Submitted.' : outcome.text
      const truncated = outcome.is === 'output' && outcome.truncated
      this.#messages.push({ role: 'tool', call: call.id, text })
      const { id, tool } = call
      this.tell({
        is: 'tool',
        call: id.slice(0, 400),
        tool: tool.slice(0, 400),
        output: text,
        truncated,
      })
    }
    const ended = isDone ? await this.#end(done, settle) : await this.#kept(settle)
    for (let at = stateBefore; at < this.#at.state; at++) await this.folder.dropState(at)
    return ended
  }

  async #called(call: Said['calls'][number]) {
    const { one, root, limits } = this.#task
    const next = this.#at.state + 1
    const called = await runCall(
      call,
      {
        ...{ one, root, state: this.state, keepState: this.folder.statePath(next) },
        msLeft: limits.ms - this.used.ms,
      },
      this.#shop,
    )
    if (called.is === 'stopped') return { is: 'suspended' } as const
    if (called.is === 'failed' && called.isHere) {
      this.#shop.stop.stop({ is: 'halted', why: called.why })
      return { is: 'suspended' } as const
    }
    if (called.is === 'output') {
      this.used = { ...this.used, ms: this.used.ms + called.ms }
      this.#at = { ...this.#at, hasActed: true, state: called.isKept ? next : this.#at.state }
    }
    return called
  }

  async #end(ending: SampleEnding, settle: Settle | null): Promise<Attempted> {
    await this.#kept(settle, ending)
    return { is: 'ended', ending }
  }

  /** The turn is on disk; then what it used is settled, which the next turn waits for. */
  async #kept(settle: Settle | null, ending: SampleEnding | null = null): Promise<null> {
    const events = this.#events
    this.#events = []
    const messages = this.#messages.slice(this.#keptMessages)
    this.#keptMessages = this.#messages.length
    const { turns, ms, lostMs } = this.used
    await this.folder.keep(
      { ...this.#at, turns, ms, lostMs, events: this.#n, ending },
      { messages, events },
    )
    if (settle === null) return null
    this.#open = null
    await this.#shop.journal.add({ is: 'settled', ...this.#task.name, ...settle, isLost: false })
    return null
  }

  #say(role: 'system' | 'user', text: string): void {
    this.#messages.push({ role, text })
    this.tell({ is: role, text })
  }

  #remind({ reminders }: Scaffold): void {
    const { limits } = this.#task
    const { turns, tokens } = this.used
    const [turnsLeft, tokensLeft] = [
      limits.turns - turns,
      limits.tokens - tokens.input - tokens.output,
    ]
    for (const [index, one] of reminders.entries()) {
      if (this.#at.reminded.includes(index) || turns === 0) continue
      const isDue =
        (one.turnsLeft !== null && turnsLeft <= one.turnsLeft) ||
        (one.tokensLeft !== null && tokensLeft <= one.tokensLeft)
      if (!isDue) continue
      this.#at = { ...this.#at, reminded: [...this.#at.reminded, index] }
      this.#say('user', one.text)
    }
  }

  #findCanaries({ text, reasoning, calls }: Said): void {
    const words = [text, reasoning ?? '', ...calls.map(({ input }) => input)].join('\n')
    const found = contaminationsIn(words, this.#shop.canaries).map(({ id }) => id)
    const contaminations = [...new Set([...this.#at.contaminations, ...found])]
    this.#at = { ...this.#at, contaminations }
  }
}

type Settle = { readonly request: string; readonly input: number; readonly output: number }

const tooMany = (isDone: boolean) => ({
  ...({ is: 'output', truncated: false } as const),
  text: isDone
    ? 'Not run: the task was submitted before.'
    : `Not run: more than ${callsMax} calls at once.`,
})
