import { isObject } from '#formats/json/reader.ts'
import { doAtDesk, isOfDesk } from './doing-desk.ts'
import { doWithPeople, isOfPeople, raise } from './doing-people.ts'
import { doWithProofs, isOfProofs } from './doing-proofs.ts'
import { packageOf, type Step } from './history.ts'
import { documentCall, reportCall } from './incoming.ts'
import { secretLabel } from './secret.ts'
import { type Answer, type Call, inDays, jsonOf, type World } from './world.ts'

/** What is seen of a case by whoever is about to act on it. */
export type Seen = { readonly id: string; readonly version: number }

/** How secret records are marked in this history: by labels, or by whose they are. */
export type Marking = 'labels' | 'organisations'

/** Does a step in a world; what is refused there is refused, which is an outcome like any other. */
export async function doStep(world: World, step: Step, marking: Marking): Promise<void> {
  if (step.do === 'report' || step.do === 'document') return handIn(world, step, marking)
  if (step.do === 'work') return world.work(`${step.picks}`)
  if (step.do === 'pass') {
    world.at.ms += (1 + (step.picks[0] % 90)) * 60_000
    return
  }
  if (step.do === 'raise') return raise(world, step)
  if (isOfProofs(step)) return doWithProofs(world, step)
  if (isOfDesk(step)) return doAtDesk(world, step)
  const cases = await seenBy(world, step, marking)
  if (isOfPeople(step)) return doWithPeople(world, step, cases)
  const call = callOf(step, cases, await detailOf(world, step, cases))
  if (call !== null) await world.ask(step.who, call)
}

async function handIn(world: World, step: Step, marking: Marking): Promise<void> {
  const { isSecret, picks } = step
  const call = step.do === 'report' ? reportCall(step) : documentCall(step)
  const label = { 'parley-label': JSON.stringify(secretLabel(picks[2])) }
  const headers = isSecret && marking === 'labels' ? { ...call.headers, ...label } : call.headers
  await world.ask(step.who, { ...call, ...(headers && { headers }) })
}

/** The cases that a step may be about: those that outsiders see, or those that they do not. */
async function seenBy(world: World, step: Step, marking: Marking): Promise<readonly Seen[]> {
  const list = async (who: Step['who']): Promise<readonly Seen[]> =>
    seenIn(await world.ask(who, { method: 'GET', path: '/v1/cases?sort=oldest&limit=200' }))
  const common = await list('vera')
  if (marking === 'labels') {
    if (!step.isSecret) return common
    const known = new Set(common.map(({ id }) => id))
    return (await list('cleo')).filter(({ id }) => !known.has(id))
  }
  const { rows } = await world.owner.query<{ id: string }>(
    `select distinct c.case_id as id from parley.case_report c
     join parley.report r on r.no = c.report_no where r.organisation_id = 'org_finder03'`,
  )
  const secret = new Set(rows.map(({ id }) => id))
  return common.filter(({ id }) => secret.has(id) === step.isSecret)
}

const itemsOf = (answer: Answer): readonly unknown[] => {
  const told = jsonOf(answer)
  return isObject(told) && Array.isArray(told['items']) ? told['items'] : []
}

function seenIn(answer: Answer): readonly Seen[] {
  return itemsOf(answer).flatMap((item) => {
    if (!isObject(item)) return []
    const { id, version } = item
    return typeof id === 'string' && typeof version === 'number' ? [{ id, version }] : []
  })
}

/** What more a step needs to know: reports and events of its case, or what is suggested. */
type Detail = {
  readonly reports: readonly string[]
  readonly events: readonly string[]
  readonly suggestions: readonly string[]
}

const idsOf = (list: unknown): string[] =>
  Array.isArray(list)
    ? list.flatMap((one) => (isObject(one) && typeof one['id'] === 'string' ? [one['id']] : []))
    : []

async function detailOf(world: World, step: Step, cases: readonly Seen[]): Promise<Detail> {
  const none = { reports: [], events: [], suggestions: [] }
  const of = cases[step.picks[0] % Math.max(1, cases.length)]
  if (step.do === 'suggestion') {
    const told = await world.ask(step.who, { method: 'GET', path: '/v1/suggestions?limit=50' })
    const wanted = new Set(cases.map(({ id }) => id))
    const about = itemsOf(told).filter((one) =>
      JSON.stringify(one)
        .match(/"case_\w+"/g)
        ?.some((id) => wanted.has(JSON.parse(id))),
    )
    return { ...none, suggestions: idsOf(about) }
  }
  if ((step.do !== 'split' && step.do !== 'undo') || of === undefined) return none
  const told = jsonOf(await world.ask(step.who, { method: 'GET', path: `/v1/cases/${of.id}` }))
  if (!isObject(told)) return none
  return { ...none, reports: idsOf(told['reportList']), events: idsOf(told['history']) }
}

function callOf(step: Step, cases: readonly Seen[], detail: Detail): Call | null {
  const { picks, text, do: doing } = step
  if (doing === 'view') {
    const body = { name: text.slice(0, 20), query: `q=${packageOf(text)}` }
    return { method: 'POST', path: '/v1/views', body }
  }
  if (doing === 'suggestion') {
    const id = detail.suggestions[picks[0] % Math.max(1, detail.suggestions.length)]
    const decision = (['yes', 'no', 'unsure'] as const)[picks[1] % 3]
    const path = `/v1/suggestions/${id}/decision`
    return id === undefined ? null : { method: 'POST', path, body: { decision, why: text } }
  }
  const of = cases[picks[0] % Math.max(1, cases.length)]
  const other = cases[picks[1] % Math.max(1, cases.length)]
  if (of === undefined || other === undefined) return null
  return onCase(step, { of, other, detail })
}

type Two = { readonly of: Seen; readonly other: Seen; readonly detail: Detail }

function onCase({ do: doing, picks, text, who }: Step, { of, other, detail }: Two): Call | null {
  const at = `/v1/cases/${of.id}`
  const { version } = of
  const change = (body: object): Call => ({ method: 'PATCH', path: at, body: { version, ...body } })
  const post = (what: string, body: object): Call => ({
    ...{ method: 'POST', path: `${at}/${what}`, body: { version, ...body } },
  })
  const until = inDays(34)
  const calls: Partial<Record<Step['do'], () => Call | null>> = {
    title: () => change({ title: `${text} ${picks[2]}` }),
    verdict: () => change({ verdict: (['confirmed', 'refuted', 'open'] as const)[picks[2] % 3] }),
    wait: () => change({ status: 'waiting', why: text, until }),
    close: () => change({ status: 'closed', why: text }),
    assign: () => change({ assignee: picks[2] % 2 ? null : `person_${who}0001` }),
    merge: () => post('merge', { cases: [other.id], why: text }),
    split: () => post('split', { reports: detail.reports.slice(0, 1), why: text }),
    apart: () => post('apart', { with: other.id, why: text }),
    relate: () => post('relation', { with: other.id, kind: 'related', why: text }),
    note: () => ({ method: 'POST', path: `${at}/notes`, body: { text } }),
    undo: () => ({
      ...{ method: 'POST', body: {} },
      path: `/v1/history/${detail.events.at(-1) ?? 'event_aaaaaaaa'}/undo`,
    }),
    export: () => ({ method: 'GET', path: `${at}/export?as=markdown` }),
    label: () => post('label', { label: secretLabel(picks[2]), why: text }),
    look: () => ({ method: 'GET', path: at }),
  }
  return calls[doing]?.() ?? null
}
