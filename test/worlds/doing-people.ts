import { isObject } from '#formats/json/reader.ts'
import { memberOf, nobodys, type Who } from './cast.ts'
import type { Seen } from './doing.ts'
import type { Step } from './history.ts'
import { reportOf } from './incoming.ts'
import { secretLabel } from './secret.ts'
import { inDays, jsonOf, type World } from './world.ts'

const people = [
  ...(['read-in', 'end', 'plan', 'exclude', 'ask', 'grant', 'link', 'honey'] as const),
] as const

/** Whether somebody in a session does it, who lets others see something or asks others to. */
export const isOfPeople = ({ do: doing }: Step): boolean => people.some((one) => one === doing)

/** Does such a step; what is refused there is refused. */
export async function doWithPeople(world: World, step: Step, cases: readonly Seen[]) {
  const of = cases[step.picks[0] % Math.max(1, cases.length)]
  if (step.do === 'grant') return grant(world, step, cases)
  if (step.do === 'honey') return honey(world, step)
  if (of === undefined) return
  if (step.do === 'read-in') return readIn(world, step, of)
  if (step.do === 'end') return endReadIn(world, step, of)
  if (step.do === 'plan') return planned(world, step, of)
  if (step.do === 'exclude') return exclude(world, step, of)
  if (step.do === 'ask') return askFor(world, step, cases)
  return link(world, step)
}

/** Makes a case of Sable's stricter that everybody saw, so that it goes on out of sight. */
export async function raise(world: World, { picks, text, who }: Step): Promise<void> {
  const { rows } = await world.owner.query<Seen>(
    `select c.id, c.version from parley.vulnerability_case c
     where c.label_id = 1 and c.merged_into is null and not exists (select 1
       from parley.case_report m join parley.report r on r.no = m.report_no
       where m.case_id = c.id and r.organisation_id <> 'org_finder03') order by c.id`,
  )
  const of = rows[picks[0] % Math.max(1, rows.length)]
  if (of === undefined) return
  const body = { version: of.version, label: secretLabel(picks[2]), why: text }
  await world.ask(who, { method: 'POST', path: `/v1/cases/${of.id}/label`, body })
}

/** Who acts in person for a step, and who decides with them. */
const handsOf = ({
  isSecret,
}: Step): { readonly own: Who; readonly second: Who; readonly let: Who } =>
  isSecret
    ? { own: 'cleo', second: 'ivo', let: 'quin' }
    : { own: 'vera', second: 'dora', let: 'pia' }

const told = (body: unknown, name: string): unknown => (isObject(body) ? body[name] : undefined)

async function readIn(world: World, step: Step, { id }: Seen): Promise<void> {
  const { own, second, let: nominee } = handsOf(step)
  const post = async (who: Who, path: string, body: object) =>
    jsonOf(await world.askInPerson(who, { method: 'POST', path, body }))
  const made = await post(own, `/v1/cases/${id}/read-ins`, {
    ...{ person: memberOf(nominee).person, sponsor: memberOf('bela').person, need: step.text },
    ...{ tier: (['0', '1', '3'] as const)[step.picks[1] % 3], role: 'test', isEmergency: true },
  })
  const of = told(made, 'id')
  if (typeof of !== 'string') return
  const seen = { result: 'passed', what: step.text, papers: ['nda', 'conduct', 'antitrust'] }
  for (const gate of [1, 2, 3]) await post(second, `/v1/read-ins/${of}/gates/${gate}`, seen)
  await post(second, `/v1/read-ins/${of}/assign`, { why: step.text })
  const list = jsonOf(
    await world.askInPerson(nominee, { method: 'GET', path: '/v1/read-ins/mine' }),
  )
  const items = told(list, 'items')
  const mine = Array.isArray(items) ? items.find((one) => told(one, 'id') === of) : null
  const digest = told(told(mine, 'acknowledgement'), 'digest')
  if (typeof digest !== 'string') return
  const path = `/v1/read-ins/mine/${of}/acknowledge`
  await post(nominee, path, { digest, agreed: ['nda', 'conduct', 'antitrust'] })
  // What shows more takes two people, who are asked by another step.
  const wish = { readIn: of, tier: '0', until: inDays(34), why: step.text }
  const request = { kind: 'read-in.widen', request: wish, reason: step.text }
  if (step.picks[2] % 2 === 0) await post(own, '/v1/approvals', request)
}

async function endReadIn(world: World, step: Step, { id }: Seen): Promise<void> {
  const { own } = handsOf(step)
  const path = `/v1/cases/${id}/read-ins`
  const items = told(jsonOf(await world.askInPerson(own, { method: 'GET', path })), 'items')
  const [found] = (Array.isArray(items) ? items : []).filter((one) => told(one, 'endedAt') === null)
  if (found === undefined) return
  const body = { why: (['task-done', 'mistake'] as const)[step.picks[1] % 2], note: step.text }
  await world.askInPerson(own, {
    ...{ method: 'POST', path: `/v1/read-ins/${told(found, 'id')}/end`, body },
  })
}

/** Makes a case that nobody has a reason to open, and somebody who may opens it. */
async function honey(world: World, step: Step): Promise<void> {
  const { own, second } = handsOf(step)
  const made = await world.askInPerson(own, {
    ...{ method: 'POST', path: '/v1/honey' },
    body: {
      organisation: nobodys,
      report: reportOf(step),
      ...(step.isSecret && { label: secretLabel(step.picks[2]) }),
    },
  })
  const of = told(jsonOf(made), 'case')
  if (typeof of !== 'string' || step.picks[1] % 2 === 0) return
  await world.askInPerson(second, { method: 'GET', path: `/v1/cases/${of}` })
}

async function planned(world: World, { who, picks, text }: Step, { id }: Seen): Promise<void> {
  const path = `/v1/cases/${id}/plan`
  const plan = jsonOf(await world.ask(who, { method: 'GET', path }))
  const body = {
    ...(isObject(plan) ? plan : {}),
    ...{ fixText: text, fixLinks: [`https://example.org/${picks[0]}`] },
    ...{ analysisAt: inDays(-1), disclosureAt: inDays(42) },
    embargoUntil: picks[1] % 2 ? inDays(42) : null,
    goLiveAt: picks[2] % 2 ? inDays(5) : null,
  }
  await world.ask(who, { method: 'PUT', path, body })
}

async function exclude(world: World, step: Step, { id }: Seen): Promise<void> {
  const { own, let: nominee } = handsOf(step)
  const { person, organisation } = memberOf(nominee)
  const who = step.picks[1] % 2 ? { person } : { organisation }
  const body = { who, case: id, reason: step.text, until: null }
  await world.askInPerson(own, { method: 'POST', path: '/v1/exclusions', body })
}

async function askFor(world: World, step: Step, cases: readonly Seen[]): Promise<void> {
  const { picks, text, isSecret } = step
  const { own } = handsOf(step)
  const { id = '' } = cases[picks[0] % cases.length] ?? {}
  const ids = cases.slice(0, 1 + (picks[1] % 4)).map((one) => one.id)
  const detail = jsonOf(await world.askInPerson(own, { method: 'GET', path: `/v1/cases/${id}` }))
  const reports = told(detail, 'reportList')
  const receipts = (Array.isArray(reports) ? reports : []).map((one) => told(one, 'receipt'))
  // What is secret stays beyond everybody's clearance, whatever is granted.
  const label = { ...secretLabel(0), tlp: 'amber', ...(!isSecret && { compartments: [] }) }
  const [kind, request] = (
    [
      ['case.lower-label', { case: id, label, why: text }],
      ['case.lift-embargo', { case: id, until: isSecret ? inDays(400) : null }],
      ['case.export-bulk', { cases: ids }],
      ['report.shred', { receipts: receipts.slice(0, 2) }],
    ] as const
  )[picks[2] % 4] ?? ['', {}]
  const body = { kind, request, reason: text }
  await world.askInPerson(own, { method: 'POST', path: '/v1/approvals', body })
}

/** Lets happen what another asked for of the same cases. */
async function grant(world: World, step: Step, cases: readonly Seen[]): Promise<void> {
  const { own, second } = handsOf(step)
  const list = jsonOf(await world.askInPerson(second, { method: 'GET', path: '/v1/approvals' }))
  const open = told(list, 'toDecide')
  const about = new Set(cases.map(({ id }) => id))
  const [found] = (Array.isArray(open) ? open : []).filter((one) => {
    const named = JSON.stringify(one).match(/\bcase_\w+/g) ?? []
    const isTheirs = told(told(told(one, 'by'), 'person'), 'id') === memberOf(own).person
    return isTheirs && named.every((id) => about.has(id))
  })
  if (found === undefined) return
  const event = step.picks[1] % 4 === 0 ? 'refuse' : 'grant'
  await world.askInPerson(second, {
    ...{ method: 'POST', path: `/v1/approvals/${told(found, 'id')}/${event}` },
    body: { digest: told(found, 'digest'), reason: step.text },
  })
}

/** Relates a secret case to one of another label as was suggested, which must not show there. */
async function link(world: World, { who, picks, text }: Step): Promise<void> {
  const path = '/v1/suggestions?limit=50'
  const items = told(jsonOf(await world.ask(who, { method: 'GET', path })), 'items')
  const links = Array.isArray(items) ? items.filter((one) => told(one, 'kind') === 'link') : []
  const found = links[picks[0] % Math.max(1, links.length)]
  if (found === undefined) return
  const decision = (['yes', 'yes', 'no'] as const)[picks[1] % 3]
  const body = { decision, why: text }
  await world.ask(who, {
    ...{ method: 'POST', path: `/v1/suggestions/${told(found, 'id')}/decision`, body },
  })
}
