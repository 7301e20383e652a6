import { isObject } from '#formats/json/reader.ts'
import { memberOf, type Who } from './cast.ts'
import { declare, gateway, run } from './doing-evaluation.ts'
import { result, sample } from './doing-results.ts'
import type { Step } from './history.ts'
import { deskLabel } from './secret.ts'
import { inDays, jsonOf, type World } from './world.ts'

const ofDesk = [
  ...(['offer', 'bargain', 'paper', 'partner', 'occurrence', 'determine'] as const),
  ...(['declare', 'run', 'gateway', 'sample', 'result'] as const),
]

/** Whether it is done at the model desk. */
export const isOfDesk = ({ do: doing }: Step): boolean => ofDesk.some((one) => one === doing)

/** Does such a step; what is refused there is refused. */
export async function doAtDesk(world: World, step: Step): Promise<void> {
  if (step.do === 'offer') return offer(world, step)
  const [of] = await deskOf(world, step)
  if (of === undefined) return
  if (step.do === 'bargain') return bargain(world, step, of)
  if (step.do === 'paper') return paper(world, step, of)
  if (step.do === 'partner') return partner(world, step, of)
  if (step.do === 'occurrence') return occurrence(world, step, of)
  if (step.do === 'declare') return declare(world, step, of)
  if (step.do === 'run') return run(world, step, of)
  if (step.do === 'gateway') return gateway(world, step, of)
  if (step.do === 'sample') return sample(world, step, of)
  if (step.do === 'result') return result(world, step, of)
  return determine(world, step, of)
}

const hourMs = 3_600_000

/** An engagement, and who speaks for its sides; of a secret one nobody else would. */
type Desk = {
  readonly id: string
  readonly developer: Who
  readonly evaluator: Who
  readonly user: Who
}
type Sides = { readonly id: string; readonly developer: string; readonly evaluator: string }

const spokenFor = ({ id, developer, evaluator }: Sides, isSecret: boolean): Desk => ({
  ...{ id, developer: developer === memberOf('lark').organisation ? 'lark' : 'lena' },
  evaluator: evaluator === memberOf('ash').organisation ? 'ash' : isSecret ? 'eve' : 'ed',
  user: isSecret ? 'gus' : 'pat',
})

/** One of the secret engagements, or of the others. */
async function deskOf({ owner }: World, { isSecret, picks }: Step): Promise<readonly Desk[]> {
  const { rows } = await owner.query<Sides>(
    `select id, developer_id as developer, evaluator_id as evaluator
     from parley.engagement where (label_id <> 1) = $1 order by no`,
    [isSecret],
  )
  const found = rows[picks[0] % Math.max(1, rows.length)]
  return found === undefined ? [] : [spokenFor(found, isSecret)]
}

const idsIn = async ({ owner }: World, query: string, of: string): Promise<readonly string[]> => {
  const { rows } = await owner.query<{ id: string }>(query, [of])
  return rows.map(({ id }) => id)
}

const told = (body: unknown, name: string): unknown => (isObject(body) ? body[name] : undefined)

type Post = readonly [who: Who, path: string, body: object]

const post = async (world: World, ...[who, path, body]: Post): Promise<unknown> =>
  jsonOf(await world.ask(who, { method: 'POST', path, body }))

/** What is offered now: of a window that ends within the history, or long after it. */
function proposalOf({ at }: World, { picks, text }: Step, people: readonly string[]): object {
  const after = (ms: number): string => new Date(at.ms + ms).toISOString()
  const isShort = picks[2] % 3 === 0
  return {
    model: {
      ...{ name: text.trim(), version: `${picks[2]}`, modalities: ['text'], reach: 'endpoint' },
      ...{ safeguards: ['on', 'off'], contextTokens: 200_000, tools: [], isOpenWeight: false },
    },
    plannedReleaseAt: isShort ? after(3 * hourMs) : inDays(25),
    window: {
      opensAt: after(hourMs / 2),
      closesAt: isShort ? after(2 * hourMs) : inDays(20),
    },
    terms: {
      ...{ purposes: ['capability-evaluation'], people, places: ['Here', 'There'] },
      ...{ promptsShownToDeveloper: 'digests', audiences: ['authority'], publication: 'verdict' },
      ...{ retentionDays: { transcripts: 30, results: 365 }, disposal: 'destroy' },
      budget: { requests: 10_000, tokens: 50_000_000, microUsd: 2_000_000_000, atOnce: 50 },
    },
    ...{ documentSha256: null, disclosures: [] },
  }
}

const independence = { isIndependent: true, conflicts: [] }

/** Offers a model; the other side counters, and both agree, or one of them does not yet. */
async function offer(world: World, step: Step): Promise<void> {
  const { who, isSecret, picks } = step
  const elsewhere = who === 'lena' && picks[0] % 2 === 0
  const { organisation: evaluator } = memberOf(elsewhere ? 'ash' : 'eve')
  const { organisation: developer } = memberOf(who)
  const sides = spokenFor({ id: '', developer, evaluator }, isSecret)
  const proposal = proposalOf(world, step, [memberOf(sides.evaluator).person])
  const label = isSecret && { label: deskLabel(picks[2]) }
  const made = await post(world, who, '/v1/engagements', { evaluator, proposal, ...label })
  const id = told(made, 'id')
  if (typeof id !== 'string' || picks[1] % 4 === 0) return
  const acts = `/v1/engagements/${id}/acts`
  const counter = { kind: 'counter', proposal, independence }
  const countered = await post(world, sides.evaluator, acts, counter)
  if (picks[1] % 4 === 1) return
  await post(world, who, acts, { kind: 'accept', digest: told(countered, 'digest') })
}

const acts = [
  ...(['counter', 'accept', 'pause', 'narrow', 'release', 'resume'] as const),
  ...(['plan-release', 'extend', 'end', 'withdraw', 'leave', 'decline'] as const),
]
const ofEvaluators: ReadonlySet<string> = new Set(['leave', 'decline'])
const ofEither: ReadonlySet<string> = new Set(['counter', 'accept'])

/** One side reads it and says something next. */
async function bargain(world: World, step: Step, of: Desk): Promise<void> {
  const { picks } = step
  const kind = acts[picks[1] % acts.length] ?? 'pause'
  const isEvaluators = ofEvaluators.has(kind) || (ofEither.has(kind) && picks[2] % 2 === 0)
  const who = isEvaluators ? of.evaluator : of.developer
  const path = `/v1/engagements/${of.id}`
  const seen = jsonOf(await world.ask(who, { method: 'GET', path }))
  const agreed = told(seen, 'agreed')
  const terms = told(agreed, 'terms')
  const bodies: Readonly<Record<string, object>> = {
    counter: {
      proposal: proposalOf(world, step, [memberOf(of.evaluator).person]),
      ...(isEvaluators && { independence }),
    },
    accept: { digest: told(seen, 'digest') },
    narrow: {
      terms: { ...(isObject(terms) && terms), places: ['Here'] },
      closesAt: told(told(seen, 'access'), 'endsAt') ?? inDays(10),
    },
    extend: { until: inDays(24) },
    'plan-release': { plannedAt: inDays(15) },
  }
  await post(world, who, `${path}/acts`, { kind, ...bodies[kind] })
}

/** One side hands in a file, and the other reads it. */
async function paper(world: World, { picks, text }: Step, of: Desk): Promise<void> {
  const pair = [of.developer, of.evaluator] as const
  const [by, reader] = picks[1] % 2 === 0 ? pair : ([pair[1], pair[0]] as const)
  const path = `/v1/engagements/${of.id}/documents`
  const made = await world.ask(by, {
    ...{ method: 'POST', path: `${path}?name=${encodeURIComponent(text.trim())}.txt` },
    ...{ body: Buffer.from(`${text} ${picks[2]}`), headers: { 'content-type': 'text/plain' } },
  })
  const id = told(jsonOf(made), 'id')
  if (typeof id !== 'string') return
  await world.ask(reader, { method: 'GET', path: `${path}/${id}` })
}

/** One side names a partner and the other agrees; then it starts, is changed, or ends. */
async function partner(world: World, { picks }: Step, of: Desk): Promise<void> {
  const pair = [of.developer, of.evaluator] as const
  const [by, other] = picks[1] % 2 === 0 ? pair : ([pair[1], pair[0]] as const)
  const { person } = memberOf(of.user)
  const made = await post(world, by, `/v1/engagements/${of.id}/partners`, {
    ...{ organisation: memberOf(of.user).of, users: [person], endsAt: inDays(60) },
    tier: (['defence', 'red-team', 'specialised'] as const)[picks[2] % 3],
  })
  const id = told(made, 'id')
  if (typeof id !== 'string') return
  await post(world, other, `/v1/partners/${id}/acts`, { kind: 'agree' })
  await world.ask(of.user, { method: 'GET', path: '/v1/partners' })
  const next = (['start', null, 'review', 'users', 'end', null] as const)[picks[2] % 6]
  if (!next) return
  const users = next === 'users' && { users: [] }
  await post(world, of.developer, `/v1/partners/${id}/acts`, { kind: next, ...users })
}

/** Somebody tells what happened at a partner, and says that something owed for it was done. */
async function occurrence(world: World, { picks, text }: Step, of: Desk): Promise<void> {
  const partners = await idsIn(
    world,
    'select id from parley.partner where engagement_id = $1 order by no',
    of.id,
  )
  const id = partners[picks[1] % Math.max(1, partners.length)]
  if (id === undefined) return
  const who = [of.developer, of.evaluator, of.user][picks[2] % 3] ?? of.user
  // What is owed falls due at no moment that could be one of the clock of the database.
  const knownAt = new Date(world.at.ms - 12 * hourMs).toISOString()
  const happened = await post(world, who, `/v1/partners/${id}/occurrences`, {
    what: (['misuse', 'compromised-credential', 'leaver'] as const)[picks[1] % 3],
    ...{ knownAt, person: memberOf(of.user).person, text },
  })
  const all = told(happened, 'occurrences')
  const latest = Array.isArray(all) ? all.at(-1) : undefined
  const duties = told(latest, 'duties')
  const what = Array.isArray(duties) ? told(duties[0], 'what') : undefined
  if (picks[0] % 2 === 0 || what === undefined) return
  const duty = { occurrence: told(latest, 'id'), what }
  await post(world, of.developer, `/v1/partners/${id}/duties`, duty)
}

/** The developer asks whether it is covered, or one side says something to that. */
async function determine(world: World, { picks, text }: Step, of: Desk): Promise<void> {
  const asked = await idsIn(
    world,
    'select id from parley.determination where engagement_id = $1 order by no',
    of.id,
  )
  const path = `/v1/engagements/${of.id}/determinations`
  const known = asked[picks[1] % Math.max(1, asked.length)]
  const made = known ?? told(await post(world, of.developer, path, {}), 'id')
  if (typeof made !== 'string') return
  const given = await idsIn(
    world,
    'select id from parley.verdict where engagement_id = $1 order by no',
    of.id,
  )
  const verdict = given[0] ?? 'verdict_00000000'
  const says: readonly (readonly [Who, object])[] = [
    [of.developer, { kind: 'state', position: 'not covered', text }],
    [of.evaluator, { kind: 'name-verdict', verdict }],
    [of.evaluator, { kind: 'state', position: 'not decided', text }],
    [of.evaluator, { kind: 'state', position: 'covered', text }],
    [of.developer, { kind: 'take-back' }],
  ]
  const [who, body] = says[picks[2] % says.length] ?? [of.developer, {}]
  await post(world, who, `/v1/determinations/${made}/acts`, body)
}
