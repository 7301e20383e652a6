import type { MixedKnowledge } from '#features/correlate/judge-all.ts'
import type { Principal } from '#features/org/org.ts'
import type { Route } from '#platform/http/route.ts'
import { Chance } from '../synthetic/chance.ts'
import { outsiders, type Who } from './cast.ts'
import { doStep, type Marking } from './doing.ts'
import { excepted } from './exceptions.ts'
import { historyOf, type Step } from './history.ts'
import { letMarkersThrough, mark } from './listener.ts'
import { Looker, type Said } from './looker.ts'
import { ledgerEnd, openAlike } from './opened.ts'
import { probesOf } from './probes.ts'
import { begin } from './randomness.ts'
import { callsOf, inSight, ofRecords } from './requests.ts'
import { openWide, prepareSecrets, secretsOf } from './secret.ts'
import { add, isOfRecords, questionOf, type Run, routeOf } from './tally.ts'
import { type Call, type Heard, World } from './world.ts'

export type Wish = {
  readonly knowledge: MixedKnowledge
  readonly marking: Marking
  readonly steps: number
  /** Everything is asked so often, and at the end; in between some of it after every step. */
  readonly every: number
  /** How many routes each outsider asks after every step. */
  readonly routesEachStep: number
  /** Told after each step. */
  readonly stepped?: () => void
  /** What is done, where that is not left to chance. */
  readonly history?: readonly Step[]
  /** Who looks on, where that is not everybody. */
  readonly lookers?: readonly Who[]
  /** Changes both databases before anything happens: for showing that a leak is found. */
  readonly alter?: readonly string[]
}

/** Who may notice nothing: everybody, or those of other organisations where nothing is labelled. */
const lookersOn = (marking: Marking): readonly Who[] =>
  marking === 'labels' ? outsiders : ['max', 'fay', 'nobody']

/** Of the calls to one route after a step. */
const callsEachStep = 8

/** Some routes: half of them of those that tell the most of records, and one change. */
function chosen(
  open: readonly Route<Principal>[],
  chance: Chance,
  count: number,
): readonly Route<Principal>[] {
  const asking = open.filter(({ method }) => method === 'GET')
  const telling = asking.filter(({ name }) => ofRecords.has(name))
  const most = chance.some(telling, Math.ceil(count / 2))
  const others = asking.filter((route) => !most.includes(route))
  const changes = open.filter(({ method }) => method !== 'GET')
  return [
    ...[...most, ...chance.some(others, Math.floor(count / 2))],
    ...chance.some(changes, Math.min(1, count)),
  ]
}

/** Histories that come near the clock of the database would be taken for it. */
const began = Date.now()

/** One history in two worlds: with and without what is secret. */
export class TwoWorlds implements Disposable {
  readonly #seed: number
  readonly #wish: Wish
  readonly #run: Run
  readonly #without: World
  readonly #with: World
  readonly #lookers: readonly Looker[]
  /** Who is not cleared and acts in both worlds: what they are answered is compared too. */
  readonly #actors: ReadonlyMap<Who, Looker>
  #asked = 0

  private constructor(seed: number, wish: Wish, run: Run, worlds: readonly [World, World]) {
    this.#seed = seed
    this.#wish = wish
    this.#run = run
    ;[this.#without, this.#with] = worlds
    this.#lookers = (wish.lookers ?? lookersOn(wish.marking)).map((who) => new Looker(who, worlds))
    const actors = wish.marking === 'labels' ? [...outsiders, 'vera' as const] : []
    this.#actors = new Map(actors.map((who) => [who, new Looker(who, worlds)]))
  }

  static async play(seed: number, wish: Wish, run: Run): Promise<void> {
    await using without = await opened(seed, wish)
    await using with_ = await opened(seed, wish)
    using two = new TwoWorlds(seed, wish, run, [without, with_])
    await two.#play()
  }

  async #play(): Promise<void> {
    const chance = new Chance(this.#seed)
    for (const looker of this.#lookers) await looker.open()
    const steps = this.#wish.history ?? historyOf(chance, this.#wish.steps)
    for (const [at, step] of steps.entries()) {
      await this.#do(step, at)
      const isLast = at === steps.length - 1
      if (isLast) await this.#count()
      const isWhole = (at + 1) % this.#wish.every === 0 || isLast
      await this.#compare(chance, { after: at + 1, isWhole })
      this.#wish.stepped?.()
    }
  }

  async #do(step: Step, at: number): Promise<void> {
    const done = (world: World) => {
      begin(`${this.#seed} step ${at}`)
      return world.hearing(() => doStep(world, step, this.#wish.marking))
    }
    const without = step.isSecret ? [] : await done(this.#without)
    const end = await ledgerEnd(this.#with)
    const with_ = await done(this.#with)
    if (step.isSecret) await openAlike(this.#with, this.#without, end)
    else this.#overhear(without, with_, at + 1)
    // Time passes alike, whatever was done in it.
    this.#without.at.ms += 1_000
    this.#with.at.ms = this.#without.at.ms
    if (this.#with.at.ms > began) throw new TypeError('the history has caught up with the clock')
  }

  /** What those who are not cleared were answered while they did something in both worlds. */
  #overhear(without: readonly Heard[], with_: readonly Heard[], after: number): void {
    for (const [at, one] of without.entries()) {
      const [actor, other] = [this.#actors.get(one.who), with_[at]]
      if (actor === undefined) continue
      const { call, answer } = one
      const path = routeOf(this.#without.routes, call)?.name ?? ''
      const both = other ? actor.compared(answer, other.answer) : { without: path, with: '' }
      this.#note(path, actor, { said: { call, answer, ...both }, after })
    }
  }

  async #count(): Promise<void> {
    const both = await secretsOf(this.#without)
    const raised = ['raised', both.get('case') ?? []] as const
    for (const [kind, ids] of [...(await secretsOf(this.#with)), raised]) {
      add(this.#run.secrets, kind, ids.length)
    }
  }

  async #compare(chance: Chance, { after, isWhole }: When): Promise<void> {
    const secrets = await secretsOf(this.#with)
    for (const looker of this.#lookers) {
      const { who } = looker
      // Whoever has no token signs in before questions are asked at once.
      await looker.ask([{ method: 'GET', path: '/v1/session' }], this.#as('session', who))
      const open = this.#without.routes.filter(
        ({ name, kind }) => kind !== 'events' && excepted(name, who) !== 'everything',
      )
      const routes = isWhole ? open : chosen(open, chance, this.#wish.routesEachStep)
      for (const route of routes) {
        const everything = looker.knownBeside(secrets)
        const known = excepted(route.name, who) === 'hidden' ? inSight(everything) : everything
        const all = [
          ...(route.method === 'GET' ? callsOf(route.name, known, chance) : []),
          ...probesOf(route, { who, known, chance }),
        ]
        await this.#ask(looker, {
          ...{ name: route.name, after },
          calls: isWhole ? all : chance.some(all, callsEachStep),
        })
      }
    }
    await this.#listen(after)
  }

  #as(route: string, who: Who) {
    const but = excepted(route, who)
    return {
      stream: `${this.#seed} ask ${this.#asked++}`,
      but: but instanceof RegExp ? but : null,
    }
  }

  async #ask(looker: Looker, { name, calls, after }: Asked): Promise<void> {
    const batches = marked.has(name) ? calls.map((call) => [call]) : [calls]
    for (const batch of batches) {
      for (const said of await looker.ask(batch, this.#as(name, looker.who))) {
        this.#note(name, looker, { said, after })
      }
    }
  }

  async #listen(after: number): Promise<void> {
    const marker = `marker${after}`
    for (const world of [this.#without, this.#with]) await mark(world, marker)
    for (const looker of this.#lookers) {
      const both = await looker.heard(marker, this.#as('events', looker.who).but)
      const body = Buffer.from(both.without)
      const answer = { status: Number(both.without.slice(0, 3)), headers: new Map(), body }
      const said = { call: { method: 'GET', path: '/v1/events' }, answer, ...both }
      this.#note('events', looker, { said, after })
    }
  }

  #note(route: string, looker: Looker, { said, after }: Noted): void {
    const { call, answer } = said
    this.#run.comparisons++
    add(this.#run.routes, route)
    add(this.#run.statuses, answer.status)
    this.#run.questions.add(`${route} ${questionOf(looker.who, call)}`)
    if (isOfRecords(answer)) this.#run.ofRecords++
    // What is broken is alike in both.
    if (said.without === said.with && !said.with.startsWith('5')) return
    looker.forget()
    this.#run.differences.push({
      ...{ seed: this.#seed, who: looker.who, route, after },
      ...{ method: call.method, path: call.path },
      ...{ without: said.without, with: said.with },
    })
  }

  [Symbol.dispose](): void {
    for (const looker of this.#lookers) looker.close()
  }
}

/** After how many steps; and whether everything is asked. */
type When = { readonly after: number; readonly isWhole: boolean }
type Asked = {
  readonly name: string
  readonly calls: readonly Call[]
  readonly after: number
}
type Noted = { readonly said: Said; readonly after: number }

async function opened(seed: number, { knowledge, marking, alter = [] }: Wish): Promise<World> {
  const world = await World.open(`${seed} world`, knowledge)
  await letMarkersThrough(world)
  if (marking === 'labels') await prepareSecrets(world)
  // In every fourth history people reach the bounds of how much they may open.
  if (seed % 4 !== 0) await openWide(world)
  for (const statement of alter) await world.owner.query(statement)
  return world
}

/**
 * Asked one by one: what the first two answer is marked at random, for the same marks, and who
 * reads a document is written down in that order.
 */
const marked: ReadonlySet<string> = new Set([
  ...['exportCase', 'fetchApproved', 'document', 'fetchPack', 'handBack', 'runs', 'run'],
  ...['samples', 'transcript', 'techniques', 'techniquesAsStix'],
])
