import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import * as client from '../../api/client.ts'
import { isProblem, saysOf } from '../../api/problem.ts'
import { caseQuery } from '../../api/queries.ts'
import type { CaseChange, CaseRow, Changed, Person, Relate } from '../../api/types.ts'
import { complain, said } from '../../ui/toast.tsx'
import { counted } from '../../ui/words.ts'
import { caseName } from '../case-name.ts'
import { dropCases, patchCase, putCase, rowOf } from './cache.ts'
import { noteOwn } from './own.ts'

/** A change as a person means it, before versions are put to it. */
export type Wish = Omit<CaseChange, 'version' | 'assignee'> & {
  /** The person, so that the name can be shown before the server answers. */
  readonly assignee?: Person | null
}

/** `null` when done, otherwise what went wrong: for forms, which keep what was typed. */
export type Outcome = unknown

/** What people do to cases: shown at once, told to the server, and offered to be taken back. */
export function useChanges() {
  const queries = useQueryClient()
  return useMemo(
    () => ({
      change: (rows: readonly CaseRow[], wish: Wish, says: string) =>
        rows.length === 1 && rows[0]
          ? changeOne(queries, rows[0], { wish, says })
          : changeMany(queries, rows, { wish, says }),
      merge: (into: CaseRow, others: readonly CaseRow[], why: string) =>
        merge(queries, into, { others, why }),
      split: (from: CaseRow, reports: readonly string[], why: string) =>
        split(queries, from, { reports, why }),
      apart: (one: CaseRow, other: CaseRow, why: string) => apart(queries, one, { other, why }),
      relate: (one: CaseRow, wish: Relating) => relate(queries, one, wish),
      undo: (event: string) => undo(queries, [event], true),
    }),
    [queries],
  )
}

/**
 * The versions that this person was told of after somebody else's change. Trying again then means
 * the case as it is now; until then an older version is refused, so that nothing is overwritten
 * unseen.
 */
const toldOf = new Map<string, number>()
const versionOf = ({ id, version }: CaseRow): number => Math.max(version, toldOf.get(id) ?? 0)

/** What one's own change made of a case is no news: a dialogue that was open before may go on. */
function putOwn(queries: QueryClient, changed: Changed): void {
  putCase(queries, changed.case)
  toldOf.set(changed.case.id, Math.max(changed.case.version, toldOf.get(changed.case.id) ?? 0))
}

type Told = { readonly wish: Wish; readonly says: string }

async function changeOne(queries: QueryClient, row: CaseRow, told: Told): Promise<Outcome> {
  const { wish, says } = told
  noteOwn([row.id])
  patchCase(queries, row.id, shownOf(wish))
  try {
    const changed = await client.changeCase(row.id, { ...sentOf(wish), version: versionOf(row) })
    putOwn(queries, changed)
    said(`${caseName(row.id)}: ${says}`, () => void undo(queries, [changed.event]))
    return null
  } catch (error) {
    // The row as it was, before the server is asked what it is now.
    patchCase(queries, row.id, row)
    await readAgain(queries, row.id)
    // Forms say it themselves, beside what was typed.
    const isForm = wish.why !== undefined || wish.title !== undefined
    if (!isForm) complain(`${caseName(row.id)}: ${saysOf(error)}`)
    return error
  }
}

async function changeMany(
  queries: QueryClient,
  rows: readonly CaseRow[],
  { wish, says }: Told,
): Promise<Outcome> {
  noteOwn(rows.map(({ id }) => id))
  for (const row of rows) patchCase(queries, row.id, shownOf(wish))
  const cases = rows.map((row) => ({ id: row.id, version: versionOf(row) }))
  try {
    const { changed, refused } = await client.changeCases({ cases, change: sentOf(wish) })
    for (const { id, version } of changed) patchCase(queries, id, { version })
    for (const { id } of changed) void queries.invalidateQueries({ queryKey: ['case', id] })
    const events = changed.map(({ event }) => event)
    if (events.length > 0) {
      said(`${counted(events.length, 'case')}: ${says}`, () => void undo(queries, events))
    }
    await takeBack(queries, rows, refused)
    return null
  } catch (error) {
    for (const row of rows) patchCase(queries, row.id, row)
    complain(saysOf(error))
    return error
  }
}

/** Cases that the server refused to change are shown as they are, with why. */
async function takeBack(
  queries: QueryClient,
  rows: readonly CaseRow[],
  refused: readonly { readonly id: string; readonly why: string }[],
): Promise<void> {
  if (refused.length === 0) return
  for (const { id } of refused) {
    const row = rows.find((one) => one.id === id)
    if (row) patchCase(queries, id, row)
  }
  const [first] = refused
  complain(
    `${counted(refused.length, 'case')} stayed as before. ${caseName(first?.id ?? '')}: ${first?.why}. ` +
      'They are read again; look at them before you try again.',
  )
  await Promise.all(refused.slice(0, 20).map(({ id }) => readAgain(queries, id)))
}

type Merging = { readonly others: readonly CaseRow[]; readonly why: string }

function merge(queries: QueryClient, into: CaseRow, { others, why }: Merging): Promise<Outcome> {
  const cases = others.map(({ id }) => id)
  const reason = why === '' ? {} : { why }
  return settled(queries, into, async () => {
    const changed = await client.mergeCases(into.id, { version: versionOf(into), cases, ...reason })
    dropCases(queries, new Set(cases))
    for (const id of cases) void queries.invalidateQueries({ queryKey: ['case', id] })
    const names = others.map(({ id }) => caseName(id)).join(', ')
    said(
      `Merged ${names} into ${caseName(into.id)}.`,
      () => void undo(queries, [changed.event], true),
    )
    return changed
  })
}

type Splitting = { readonly reports: readonly string[]; readonly why: string }

function split(queries: QueryClient, from: CaseRow, wish: Splitting): Promise<Outcome> {
  const { reports, why } = wish
  const reason = why === '' ? {} : { why }
  return settled(queries, from, async () => {
    const body = { version: versionOf(from), reports: [...reports], ...reason }
    const changed = await client.splitCase(from.id, body)
    const count = counted(reports.length, 'report')
    said(`${count} left ${caseName(from.id)} for a case of their own.`, () => {
      void undo(queries, [changed.event], true)
    })
    void queries.invalidateQueries({ queryKey: ['cases'] })
    return changed
  })
}

type Parting = { readonly other: CaseRow; readonly why: string }

function apart(queries: QueryClient, one: CaseRow, { other, why }: Parting): Promise<Outcome> {
  const reason = why === '' ? {} : { why }
  return settled(queries, one, async () => {
    const body = { version: versionOf(one), with: other.id, ...reason }
    const changed = await client.keepApart(one.id, body)
    said(`${caseName(one.id)} and ${caseName(other.id)} are never merged.`, () => {
      void undo(queries, [changed.event])
    })
    return changed
  })
}

type Relating = { readonly other: CaseRow; readonly kind: Relate['kind']; readonly why: string }

function relate(queries: QueryClient, one: CaseRow, wish: Relating): Promise<Outcome> {
  const { other, kind, why } = wish
  return settled(queries, one, async () => {
    const body = { version: versionOf(one), with: other.id, kind, why }
    const changed = await client.relateCase(one.id, body)
    void queries.invalidateQueries({ queryKey: ['case', other.id] })
    said(
      `${caseName(one.id)} and ${caseName(other.id)} are linked.`,
      () => void undo(queries, [changed.event]),
    )
    return changed
  })
}

/** Runs a change that is not shown before it is done. */
async function settled(
  queries: QueryClient,
  row: CaseRow,
  run: () => Promise<Changed>,
): Promise<Outcome> {
  try {
    const changed = await run()
    noteOwn([row.id, ...changed.others])
    putOwn(queries, changed)
    return null
  } catch (error) {
    await readAgain(queries, row.id)
    return error
  }
}

async function undo(
  queries: QueryClient,
  events: readonly string[],
  movesCases = false,
): Promise<void> {
  let done = 0
  for (const event of events) {
    try {
      const changed = await client.undoEvent(event)
      noteOwn([changed.case.id, ...changed.others])
      putOwn(queries, changed)
      done += 1
      // Other cases came or went: the lists are read again.
      for (const id of changed.others) void queries.invalidateQueries({ queryKey: ['case', id] })
      if (movesCases) void queries.invalidateQueries({ queryKey: ['cases'] })
    } catch (error) {
      complain(saysOf(error))
      return
    }
  }
  said(events.length === 1 ? 'Taken back.' : `Taken back for ${counted(done, 'case')}.`)
  void queries.invalidateQueries({ queryKey: ['suggestions'] })
}

/** Reads a case that somebody else changed; when it is gone, the page of the case says so. */
async function readAgain(queries: QueryClient, id: string): Promise<void> {
  try {
    const found = await queries.fetchQuery({ ...caseQuery(id), staleTime: 0 })
    patchCase(queries, id, rowOf(found))
    toldOf.set(id, found.version)
  } catch (error) {
    if (isProblem(error, 404)) dropCases(queries, new Set([id]))
  }
}

const sentOf = ({ assignee, ...wish }: Wish): Omit<CaseChange, 'version'> => ({
  ...wish,
  ...(assignee === undefined ? {} : { assignee: assignee?.id ?? null }),
})

/** What a change looks like in a row before the server has answered. */
function shownOf({ title, severity, verdict, assignee, status }: Wish): Partial<CaseRow> {
  return {
    ...(title == null ? {} : { title }),
    ...(severity == null ? {} : { severity }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(assignee === undefined ? {} : { assignee }),
    ...(status === undefined ? {} : { status }),
  }
}
