import type { MixedKnowledge } from '#features/correlate/judge-all.ts'
import { isObject } from '#formats/json/reader.ts'
import { Chance } from '../synthetic/chance.ts'
import { outsiders, type Who } from './cast.ts'
import { doStep, type Marking } from './doing.ts'
import { excepted } from './exceptions.ts'
import { historyOf, type Step } from './history.ts'
import { Listener, mark } from './listener.ts'
import { begin } from './randomness.ts'
import { askedRoutes, generators, type Known } from './requests.ts'
import { prepareSecrets } from './secret.ts'
import { Transcript } from './transcript.ts'
import { unzipped } from './unzipped.ts'
import { type Answer, jsonOf, World } from './world.ts'

/** What an outsider could tell the worlds apart by. */
export type Difference = {
  readonly seed: number
  readonly who: Who
  readonly path: string
  /** How many steps of the history were done. */
  readonly after: number
  readonly without: string
  readonly with: string
}

export type Run = {
  comparisons: number
  readonly differences: Difference[]
  readonly routes: Map<string, number>
  /** How many secret records of each kind there were, in the worlds that have them. */
  readonly secrets: Map<string, number>
}

export const newRun = (): Run => ({
  ...{ comparisons: 0, differences: [], routes: new Map(), secrets: new Map() },
})

export type Wish = {
  readonly knowledge: MixedKnowledge
  readonly marking: Marking
  readonly steps: number
  /** Compared so often, and at the end. */
  readonly every: number
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

/** One history in two worlds: with and without what is secret. */
export class TwoWorlds implements Disposable {
  readonly #seed: number
  readonly #wish: Wish
  readonly #run: Run
  readonly #without: World
  readonly #with: World
  readonly #lookers: readonly Looker[]

  private constructor(seed: number, wish: Wish, run: Run, worlds: readonly [World, World]) {
    this.#seed = seed
    this.#wish = wish
    this.#run = run
    ;[this.#without, this.#with] = worlds
    this.#lookers = (wish.lookers ?? lookersOn(wish.marking)).map((who) => new Looker(who, worlds))
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
      if (at === steps.length - 1) await this.#count()
      const isDue = (at + 1) % this.#wish.every === 0 || at === steps.length - 1
      if (isDue) await this.#compare(chance, at + 1)
    }
  }

  async #do(step: Step, at: number): Promise<void> {
    const name = `${this.#seed} step ${at}`
    if (!step.isSecret) {
      begin(name)
      await doStep(this.#without, step, this.#wish.marking)
    }
    begin(name)
    await doStep(this.#with, step, this.#wish.marking)
    // Time passes alike, whatever was done in it.
    this.#without.at.ms += 1_000
    this.#with.at.ms = this.#without.at.ms
  }

  async #count(): Promise<void> {
    const { secrets } = this.#run
    const both = await secretsOf(this.#without)
    const raised = ['raised', both.get('case') ?? []] as const
    for (const [kind, ids] of [...(await secretsOf(this.#with)), raised]) {
      secrets.set(kind, (secrets.get(kind) ?? 0) + ids.length)
    }
  }

  async #compare(chance: Chance, after: number): Promise<void> {
    const secrets = await secretsOf(this.#with)
    for (const looker of this.#lookers) {
      // Whoever has no token signs in before questions are asked at once.
      await looker.ask(['/v1/session'], `${this.#seed} ${looker.who} comes ${after}`)
      for (const route of askedRoutes(this.#without.routes)) {
        if (excepted(route.name, looker.who) === 'everything') continue
        const paths = generators[route.name]?.(looker.knownBeside(secrets), chance) ?? []
        await this.#ask(looker, { paths: [...new Set(paths)], after, route })
      }
    }
    await this.#listen(after)
  }

  async #ask(looker: Looker, asked: Asked) {
    const { paths, after, route } = asked
    const but = excepted(route.name, looker.who)
    const compared = (said: string): string =>
      but instanceof RegExp ? said.replace(but, '<>').replace(/^content-length: .*$/m, '') : said
    const batches = marked.has(route.name) ? paths.map((path) => [path]) : [paths]
    for (const batch of batches) {
      const said = await looker.ask(batch, `${this.#seed} ask ${this.#run.comparisons}`)
      for (const { path, without, with: other } of said) {
        const both = { without: compared(without), with: compared(other) }
        this.#note({ who: looker.who, path, after, ...both })
      }
    }
    this.#run.routes.set(route.name, (this.#run.routes.get(route.name) ?? 0) + paths.length)
  }

  async #listen(after: number): Promise<void> {
    const marker = `marker${after}`
    for (const world of [this.#without, this.#with]) await mark(world, marker)
    for (const looker of this.#lookers) {
      const [one, other] = await looker.heard(marker)
      this.#note({ who: looker.who, path: '/v1/events', after, without: one, with: other })
    }
    this.#run.routes.set('events', (this.#run.routes.get('events') ?? 0) + 1)
  }

  #note(found: Omit<Difference, 'seed'>): void {
    this.#run.comparisons++
    // What is broken is alike in both.
    if (found.without === found.with && !found.with.startsWith('5')) return
    this.#run.differences.push({ seed: this.#seed, ...found })
    for (const looker of this.#lookers) looker.forget()
  }

  [Symbol.dispose](): void {
    for (const looker of this.#lookers) looker.close()
  }
}

async function opened(seed: number, { knowledge, marking, alter = [] }: Wish): Promise<World> {
  const world = await World.open(`${seed} world`, knowledge)
  if (marking === 'labels') await prepareSecrets(world)
  for (const statement of alter) await world.owner.query(statement)
  return world
}

type Said = { readonly path: string; readonly without: string; readonly with: string }

type Asked = {
  readonly paths: readonly string[]
  readonly after: number
  readonly route: { readonly name: string }
}

/** What these answer is marked at random: they are asked one by one, for the same marks. */
const marked: ReadonlySet<string> = new Set(['exportCase', 'fetchApproved'])

/** One outsider with what they heard in each world. */
class Looker {
  readonly who: Who
  readonly #worlds: readonly [World, World]
  readonly #transcripts = [new Transcript(), new Transcript()] as const
  readonly #listeners: readonly [Listener, Listener]
  readonly #ids = new Map<string, Set<string>>()
  readonly #receipts = new Set<string>()
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

  forget(): void {
    for (const transcript of this.#transcripts) transcript.forget()
  }

  /** The same requests in both worlds, and what was said to each. */
  async ask(paths: readonly string[], step: string): Promise<readonly Said[]> {
    const [own, theirs] = this.#transcripts
    const answered: Answer[][] = []
    for (const [at, world] of this.#worlds.entries()) {
      begin(step)
      const asked = paths.map((path) => (at === 0 ? path : own.translated(path, theirs)))
      const all = asked.map((path) => world.ask(this.who, { method: 'GET', path }))
      answered.push((await Promise.all(all)).map(unzipped))
    }
    return paths.flatMap((path, at) => {
      const [one, other] = [answered[0]?.[at], answered[1]?.[at]]
      if (one === undefined || other === undefined) return []
      this.#learn(path, one)
      return [{ path, without: own.said(one), with: theirs.said(other) }]
    })
  }

  async heard(marker: string): Promise<readonly [string, string]> {
    const [one, other] = this.#listeners
    const [a, b] = [await one.heard(marker), await other.heard(marker)]
    return [this.#transcripts[0].canonical(a), this.#transcripts[1].canonical(b)]
  }

  #learn(path: string, answer: Answer): void {
    const text = answer.body.toString('latin1')
    for (const [id = '', kind = ''] of text.matchAll(/\b([a-z]{3,12})_[a-z2-7]{20}\b/g)) {
      const ids = this.#ids.get(kind) ?? new Set()
      this.#ids.set(kind, ids.add(id))
    }
    for (const [receipt] of text.matchAll(/\bSUB-[a-z2-7]{18}\b/g)) this.#receipts.add(receipt)
    const told = jsonOf(answer)
    const next = isObject(told) ? told['next'] : null
    if (typeof next !== 'string') return
    const [base = '', query] = path.split('?')
    const kept = query === undefined ? '' : `${query.replace(/&?after=[^&]*/, '')}&`
    const rest = `?${kept}after=${next}`
    this.#next.set(base, [...(this.#next.get(base) ?? []), rest].slice(-2))
  }

  /** What they know, and the ids of everything secret, as if they had guessed them. */
  knownBeside(secrets: ReadonlyMap<string, readonly string[]>): Known {
    const kinds = new Set([...this.#ids.keys(), ...secrets.keys()])
    const ids = [...kinds].map((kind) => {
      const own = [...(this.#ids.get(kind) ?? [])]
      return [kind, [...own, ...(secrets.get(kind) ?? [])]] as const
    })
    return { ids: new Map(ids), receipts: [...this.#receipts], next: this.#next }
  }
}

/** Ids of everything in a world that no outsider is cleared for. */
async function secretsOf({ owner }: World): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await owner.query<{ kind: string; id: string }>(`
    with held as (select id from parley.vulnerability_case where label_id <> 1)
    select 'report' as kind, id from parley.report where label_id <> 1
    union all select 'case', id from held
    union all select 'import', id from parley.bulk_import where label_id <> 1
    union all select 'attachment', a.id from parley.attachment a
      join parley.report r on r.no = a.report_no where r.label_id <> 1
    union all select 'note', n.id from parley.note n join held on held.id = n.case_id
    union all select 'readin', i.id from parley.read_in i join held on held.id = i.case_id
    union all select 'approval', id from parley.approval
      where exists (select 1 from held where says::text like '%' || held.id || '%')
    union all select 'exclusion', x.id from parley.exclusion x join held on held.id = x.case_id
    union all select 'plan', case_id from parley.case_plan join held on held.id = case_id
    union all select 'relation', case_a from parley.case_relation
      where case_a in (select id from held) or case_b in (select id from held)
    union all select 'link', id from parley.suggestion where kind = 'link' and label_id <> 1
    union all select 'widened', i.id from parley.read_in i join held on held.id = i.case_id
      where i.approval is not null
    order by 1, 2`)
  const found = new Map<string, string[]>()
  for (const { kind, id } of rows) found.set(kind, [...(found.get(kind) ?? []), id])
  return found
}
