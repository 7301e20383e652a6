import type { Apart, Case, CaseChange, Merge, Relate, Split } from '../api/types.ts'
import { caseName } from '../parts/case-name.ts'
import { type Answer, notThere, ok } from './answer.ts'
import { me } from './query.ts'
import { people } from './rows.ts'
import type { World } from './world.ts'

/** What people do to cases in the mock: each leaves an event that can be undone. */

type Step = {
  readonly found: Case
  readonly next: Partial<Case>
  readonly kind: string
  readonly says: string
  readonly others?: readonly string[]
  readonly back?: () => void
}

function done(world: World, { found, next, kind, says, others = [], back }: Step): Answer {
  const id = world.nextEvent
  const by = people[0]
  const event = {
    ...{ id, at: new Date().toISOString(), by, kind, says },
    undoneBy: null,
    canUndo: true,
  }
  const changed: Case = {
    ...found,
    ...next,
    version: found.version + 1,
    history: [...found.history, event],
  }
  world.save(changed)
  world.undos.set(id, () => {
    back?.()
    const now = world.detail(found.id) ?? found
    const undoId = world.nextEvent
    const history = now.history.map((one) =>
      one.id === id ? { ...one, undoneBy: undoId, canUndo: false } : one,
    )
    const taken = { ...event, id: undoId, kind: 'undone', says: `Undid: ${says}`, canUndo: false }
    const restored: Record<string, unknown> = {}
    for (const key of Object.keys(next)) restored[key] = Reflect.get(found, key)
    const result: Case = {
      ...now,
      ...restored,
      version: now.version + 1,
      history: [...history, taken],
    }
    world.save(result)
    return result
  })
  return ok({ case: changed, event: id, others })
}

export function undo(world: World, event: string): Answer {
  const back = world.undos.get(event)
  if (back === undefined) return notThere()
  world.undos.delete(event)
  const { id } = back()
  const now = world.detail(id)
  return ok({ case: now, event: now?.history.at(-1)?.id ?? '', others: [] })
}

export function change(world: World, found: Case, wish: CaseChange): Answer {
  const next: { -readonly [Name in keyof Case]?: Case[Name] } = {}
  const said: string[] = []
  if (wish.title !== undefined) {
    next.title = wish.title ?? found.reportList[0]?.title ?? found.title
    next.edited = [...new Set([...found.edited, 'title'])]
    said.push(`Title is now "${next.title}"`)
  }
  if (wish.severity != null) {
    next.severity = wish.severity
    next.edited = [...new Set([...found.edited, 'severity'])]
    said.push(`Severity is now ${wish.severity}`)
  }
  if (wish.verdict !== undefined) {
    next.verdict = wish.verdict
    said.push(`Verdict is now ${wish.verdict}`)
  }
  if (wish.assignee !== undefined) {
    const id = wish.assignee === 'me' ? me : wish.assignee
    next.assignee = people.find((person) => person.id === id) ?? null
    said.push(next.assignee ? `Assigned to ${next.assignee.name}` : 'Nobody has it now')
  }
  if (wish.status !== undefined) {
    next.status = wish.status
    const hold = { why: wish.why ?? '', owner: people[0].name, until: wish.until ?? null }
    next.hold = wish.status === 'waiting' ? hold : null
    said.push(`Status is now ${wish.status}${wish.why ? `: ${wish.why}` : ''}`)
  }
  return done(world, { found, next, kind: 'changed', says: said.join('; ') })
}

export function merge(world: World, found: Case, { cases }: Merge): Answer {
  const others = cases.flatMap((id) => world.detail(id) ?? [])
  for (const other of others) {
    world.remove({ ...other, mergedInto: found.id, reportList: [], reports: 0 })
  }
  const moved = others.flatMap(({ reportList }) =>
    reportList.map((report) => ({ ...report, how: 'person' as const })),
  )
  const reportList = [...found.reportList, ...moved]
  const names = others.map(({ id }) => caseName(id)).join(', ')
  return done(world, {
    found,
    next: {
      reportList,
      reports: found.reports + others.reduce((all, { reports }) => all + reports, 0),
      finders: new Set(reportList.flatMap(({ finders }) => finders)).size,
    },
    kind: 'merged',
    says: `Merged ${names} into this case`,
    others: cases,
    back: () => {
      for (const other of others) world.add(other)
    },
  })
}

export function split(world: World, found: Case, { reports }: Split): Answer {
  const leaving = found.reportList.filter(({ id }) => reports.includes(id))
  const staying = found.reportList.filter(({ id }) => !reports.includes(id))
  const made: Case = {
    ...found,
    id: world.newId(),
    title: leaving[0]?.title ?? found.title,
    reportList: leaving,
    reports: leaving.length,
    finders: new Set(leaving.flatMap(({ finders }) => finders)).size,
    history: [],
    notes: [],
    version: 1,
  }
  world.add(made)
  return done(world, {
    found,
    next: { reportList: staying, reports: found.reports - leaving.length },
    kind: 'split',
    says: `${leaving.length} reports left for case ${caseName(made.id)}`,
    others: [made.id],
    back: () => world.remove({ ...made, mergedInto: found.id }),
  })
}

export function apart(world: World, found: Case, { with: other }: Apart): Answer {
  return done(world, {
    found,
    next: { openSuggestions: found.openSuggestions.filter((one) => one.case !== other) },
    kind: 'apart',
    says: `Never the same as ${caseName(other)}`,
    others: [other],
  })
}

export function relate(world: World, found: Case, wish: Relate): Answer {
  const relation = {
    kind: wish.kind,
    with: wish.with,
    title: world.row(wish.with)?.title ?? null,
    because: wish.why,
    by: people[0],
  }
  return done(world, {
    found,
    next: { relations: [...found.relations, relation] },
    kind: 'related',
    says: `Related to ${caseName(wish.with)}: ${wish.why}`,
    others: [wish.with],
  })
}
