import { SteadyClock, type TwoClocks } from '#features/engagement/gateway/steady-clock.ts'
import { costOf, type Price } from '#features/engagement/gateway/usage.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Root, Sandbox } from '#platform/sandbox/sandbox.ts'
import type { OpenPack, PackTask } from '../pack-reading.ts'
import { keyOfSample, type Sample, type SampleName } from '../sample.ts'
import { rootOf } from '../task-trial.ts'
import type { Journal, RunMemory } from './journal.ts'
import type { Model } from './model.ts'
import { Pace, Places } from './pace.ts'
import { attemptsOf, type RunPlan } from './plan.ts'
import { RunCounts, type RunStatus, writeStatus } from './progress.ts'
import { SampleFolder, transcriptPath } from './sample-folder.ts'
import { judged, judgedWithout, sampleOf } from './sample-judging.ts'
import { SampleRun, type SampleTask } from './sample-run.ts'
import type { Scaffold } from './scaffold.ts'
import { JournalSink, type SampleSink } from './sink.ts'
import type { Counted, Stopping, StopReason, Workshop } from './workshop.ts'

export type RunSettings = {
  readonly folder: string
  readonly pack: OpenPack
  readonly plan: RunPlan
  readonly model: Model
  readonly price: Price
  readonly scaffold: Scaffold
  readonly sandbox: Sandbox
  readonly journal: Journal
  /** What the journal said when it was opened. */
  readonly memory: RunMemory | null
  /** Further places for finished samples, beside the folder. */
  readonly sinks: readonly SampleSink[]
  readonly samplesAtOnce: number
  readonly sandboxesAtOnce: number
  readonly requestsAtOnce: { readonly first: number; readonly most: number }
  readonly requestMs: number
  readonly triesMax: number
  readonly backoffMs: number
  /** What this run may use in all, in every process that works at it. */
  readonly bounds: RunBounds
  /** How long this process works at it at most; null for any time. */
  readonly runMs: number | null
  readonly clocks: TwoClocks
  readonly stop: Stopping
  readonly onStatus: (status: RunStatus) => void
}

export type RunBounds = {
  readonly tokens: number | null
  readonly microUsd: number | null
}

/** How a run ended, for now or for good. */
export type RunEnd = {
  readonly status: RunStatus
  readonly samples: readonly Sample[]
  /** Samples that are finished here and that another place does not take. */
  readonly notTaken: readonly NotTaken[]
}

export type NotTaken = { readonly name: SampleName; readonly why: string }

const statusEachMs = 1_000

/** Works through the attempts of a run, as many at once as there are places. */
export class EvalRun {
  readonly #settings: RunSettings
  readonly #shop: Workshop
  readonly #counts: RunCounts
  readonly #tasks: ReadonlyMap<string, { readonly one: PackTask; readonly root: Root }>
  readonly #samples: Map<string, Sample>
  readonly #journal: SampleSink
  readonly #notTaken: NotTaken[] = []
  /** What this process works at, or did when it was stopped. */
  readonly #runs = new Map<string, SampleRun>()
  #broken: unknown = null
  #writing: Promise<void> | null = null

  /** Refuses where a task cannot be run on this machine: it would be missing from the start. */
  static of(settings: RunSettings): Result<EvalRun, string> {
    const tasks = new Map<string, { readonly one: PackTask; readonly root: Root }>()
    for (const one of settings.pack.tasks) {
      const root = rootOf(one.task)
      if (!root.ok) return no(`the task ${one.id} cannot be run here: ${root.refusal}`)
      if (root.value.kind === 'image' && settings.sandbox.tier === 'namespaces') {
        return no(`the task ${one.id} cannot be run here: its root is an image`)
      }
      tasks.set(one.id, { one, root: root.value })
    }
    return yes(new EvalRun(settings, tasks))
  }

  private constructor(
    settings: RunSettings,
    tasks: ReadonlyMap<string, { readonly one: PackTask; readonly root: Root }>,
  ) {
    this.#settings = settings
    this.#tasks = tasks
    const { memory, journal, plan } = settings
    this.#samples = new Map(memory?.finished)
    this.#journal = new JournalSink(journal, memory)
    this.#counts = new RunCounts(attemptsOf(plan).length)
    for (const sample of this.#samples.values()) this.#counts.take(sample)
    this.#countBefore()
    this.#shop = this.#shopOf()
  }

  /** Goes on until everything is finished, or somebody or something stops it. */
  async run(): Promise<RunEnd> {
    const { stop, samplesAtOnce, plan, memory, runMs } = this.#settings
    const watching = setInterval(() => void this.#watch(), statusEachMs)
    const ending = runMs === null ? undefined : setTimeout(() => this.#timeIsUp(), runMs)
    try {
      await this.#tidy()
      await this.#passOn()
      const waiting = attemptsOf(plan).filter((name) => !this.#samples.has(keyOfSample(name)))
      const begin = memory?.closed == null ? [...waiting] : []
      const work = async (): Promise<void> => {
        for (let next = begin.shift(); next !== undefined; next = begin.shift()) {
          if (stop.noMore.aborted) return
          await this.#attempt(next)
        }
      }
      await Promise.all(Array.from({ length: Math.min(samplesAtOnce, waiting.length) }, work))
    } finally {
      clearInterval(watching)
      clearTimeout(ending)
    }
    if (this.#broken !== null) throw this.#broken
    // What was not judged because somebody wants to leave is judged later.
    if (stop.reason?.is === 'ended' && !stop.leave.aborted) await this.#close(stop.reason.why)
    return this.#end()
  }

  /** Ends a run for good, without going on with it. */
  async closed(why: string): Promise<RunEnd> {
    await this.#passOn()
    await this.#close(why)
    return this.#end()
  }

  /** Says of everything that is not finished that it never will be, and why. */
  async #close(why: string): Promise<void> {
    const { journal, plan, memory } = this.#settings
    for (const name of attemptsOf(plan)) {
      if (this.#samples.has(keyOfSample(name))) continue
      const task = this.#taskOf(name)
      const run = await this.#givenUp(task)
      run.tell({ is: 'note', text: `The run was closed: ${why}` })
      const what = run.hasBegun ? 'infra_error' : 'not_run'
      await this.#keep(
        run,
        await sampleOf(run, judgedWithout(what, why), { task, shop: this.#shop }),
      )
    }
    if (memory?.closed == null) {
      await journal.add({ is: 'closed', at: this.#shop.clock.now().toISOString(), why })
    }
  }

  /** An attempt that goes on no more, with all that was used at it up to now. */
  async #givenUp(task: SampleTask): Promise<SampleRun> {
    const own = this.#runs.get(keyOfSample(task.name))
    const run = own ?? new SampleRun(task, this.#shop)
    await (own === undefined ? run.recall() : run.giveUp())
    return run
  }

  #timeIsUp(): void {
    this.#settings.stop.stop({ is: 'stopped', why: 'the run reached its limit of time' })
  }

  /** One after the other: two at once would take each other's draft away. */
  async #watch(): Promise<void> {
    const status = this.#status('running', null)
    if (this.#writing !== null) return
    this.#writing = writeStatus(this.#settings.folder, status).catch((error: unknown) => {
      this.#fail(error)
    })
    await this.#writing
    this.#writing = null
  }

  /** A disk that takes nothing more is no fact about the model: nothing goes on. */
  #fail(error: unknown): void {
    this.#broken ??= error
    this.#settings.stop.stop({ is: 'halted', why: 'something could not be written' })
  }

  async #end(): Promise<RunEnd> {
    const { stop, plan, folder } = this.#settings
    const isComplete = attemptsOf(plan).every((name) => this.#samples.has(keyOfSample(name)))
    const reason: StopReason | null = isComplete && stop.reason?.is !== 'ended' ? null : stop.reason
    const status = this.#status(reason?.is ?? 'complete', reason?.why ?? null)
    await this.#writing
    await writeStatus(folder, status)
    const samples = attemptsOf(plan).flatMap((name) => this.#samples.get(keyOfSample(name)) ?? [])
    return { status, samples, notTaken: this.#notTaken }
  }

  /** What was finished just before a process ended may have left what it worked with. */
  async #tidy(): Promise<void> {
    const { folder } = this.#settings
    for (const sample of this.#samples.values()) await new SampleFolder(folder, sample).clear()
  }

  /** Other places may lack what was finished when they could not be reached. */
  async #passOn(): Promise<void> {
    for (const sink of this.#settings.sinks) {
      const known = await sink.finished()
      for (const [key, sample] of this.#samples) {
        if (!known.has(key)) await this.#handIn(sink, sample)
      }
    }
  }

  /** What one place refuses for good is told at the end, and keeps nothing else back. */
  async #handIn(sink: SampleSink, sample: Sample): Promise<void> {
    const { folder } = this.#settings
    const kept = await sink.keep(sample, transcriptPath(folder, sample))
    const { task, epoch } = sample
    if (!kept.ok) this.#notTaken.push({ name: { task, epoch }, why: kept.refusal })
  }

  async #attempt(name: SampleName): Promise<void> {
    const task = this.#taskOf(name)
    const run = new SampleRun(task, this.#shop)
    this.#runs.set(keyOfSample(name), run)
    this.#counts.inFlight++
    try {
      const attempted = await run.run()
      if (attempted.is === 'suspended') return
      const found = await judged(run, attempted, { task, shop: this.#shop })
      if (found === null) return
      await this.#keep(run, await sampleOf(run, found, { task, shop: this.#shop }))
    } catch (error) {
      this.#fail(error)
    } finally {
      this.#counts.inFlight--
    }
  }

  async #keep(run: SampleRun, sample: Sample): Promise<void> {
    const { folder, sinks } = this.#settings
    await this.#journal.keep(sample, transcriptPath(folder, sample))
    for (const sink of sinks) await this.#handIn(sink, sample)
    this.#samples.set(keyOfSample(sample), sample)
    this.#runs.delete(keyOfSample(sample))
    this.#counts.take(sample)
    await run.folder.clear()
  }

  #taskOf(name: SampleName): SampleTask {
    const { plan, memory } = this.#settings
    const found = this.#tasks.get(name.task)
    const planned = plan.tasks.find(({ id }) => id === name.task)
    if (found === undefined || planned === undefined) throw new RangeError(`no task ${name.task}`)
    const { turns, seconds } = found.one.task.limits
    const limits = {
      ...{ tokens: planned.tokenLimit, turns, ms: seconds * 1_000, microUsd: plan.microUsdMax },
    }
    const account = memory?.accounts.get(keyOfSample(name)) ?? null
    return { name, ...found, limits, position: planned.position, account }
  }

  #shopOf(): Workshop {
    const settings = this.#settings
    const { folder, model, price, scaffold, sandbox, journal, stop, pack } = settings
    const { requestMs, triesMax, backoffMs } = settings
    return {
      ...{ folder, model, price, scaffold, sandbox, journal, stop, requestMs, triesMax, backoffMs },
      sandboxes: new Places(settings.sandboxesAtOnce),
      pace: new Pace(settings.requestsAtOnce),
      clock: new SteadyClock(settings.clocks),
      canaries: pack.tasks.map(({ id, task }) => ({ id, canary: task.canary })),
      count: (what) => this.#count(what),
      answers: () => this.#counts.answers,
    }
  }

  #countBefore(): void {
    const { memory, price } = this.#settings
    for (const { charged, open } of memory?.accounts.values() ?? []) {
      for (const tokens of [...charged.map((one) => one.tokens), ...open.values()]) {
        this.#counts.tokens += tokens.input + tokens.output
        this.#counts.microUsd += costOf(tokens, price)
      }
    }
  }

  #count(what: Counted): void {
    const counts = this.#counts
    if (what.is === 'retry') counts.retries++
    else if (what.is === 'answer') counts.answers++
    else {
      counts.tokens += what.tokens
      counts.microUsd += what.microUsd
      const { bounds, stop } = this.#settings
      const reached = (limit: string): void => {
        stop.stop({ is: 'stopped', why: `the run reached its limit of ${limit}` })
      }
      if (bounds.tokens !== null && counts.tokens >= bounds.tokens) reached('tokens')
      if (bounds.microUsd !== null && counts.microUsd >= bounds.microUsd) reached('cost')
    }
  }

  #status(state: RunStatus['state'], why: string | null): RunStatus {
    const at = this.#shop.clock.now().toISOString()
    const requestsAtOnce = this.#shop.pace.atOnce
    const status = this.#counts.status({ state, why, at, requestsAtOnce })
    this.#settings.onStatus(status)
    return status
  }
}
