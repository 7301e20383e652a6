import { sql } from 'kysely'
import { randomName } from '#features/org/org.ts'
import { type Id, idOf } from '#kernel/id.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import type { EventKind, EventTold, Undo } from './case-event.ts'
import type { By } from './change.store.ts'
import type { Decline } from './decline.ts'
import { objectOf, writeEvents } from './event.store.ts'
import { tellCases } from './tell.store.ts'

export type NoteId = Id<'note'>
export const NoteId = idOf('note')

export type Note = {
  readonly id: string
  readonly by: { readonly id: string; readonly name: string }
  readonly at: string
  readonly changedAt: string | null
  readonly text: string
}

type NoteRow = {
  readonly id: string
  readonly case_id: string
  readonly version: number
  readonly written_by: string
  readonly name: string
  readonly written_at: Date
  readonly changed_at: Date | null
  readonly text: string
}

export const presentNote = (row: Omit<NoteRow, 'case_id' | 'version'>): Note => ({
  ...{ id: row.id, by: { id: row.written_by, name: row.name }, text: row.text },
  ...{ at: row.written_at.toISOString(), changedAt: row.changed_at?.toISOString() ?? null },
})

async function noteById(tx: Tx, id: string): Promise<(NoteRow & { row: unknown }) | null> {
  const { rows } = await sql<NoteRow & { row: unknown }>`
    select n.id, n.case_id, c.version, n.written_by, p.name, n.written_at, n.changed_at, n.text,
      jsonb_build_object('id', n.id, 'text', n.text, 'changed_at', n.changed_at,
        'removed_at', n.removed_at) as row
    from parley.note n join parley.person p on p.id = n.written_by
    join parley.vulnerability_case c on c.id = n.case_id
    where n.id = ${id} and n.removed_at is null for update of n`.execute(tx)
  return rows[0] ?? null
}

/** Writes a note beside a case. */
export async function addNote(
  tx: Tx,
  asked: { readonly case: string; readonly text: string },
  { person, now }: By,
): Promise<Result<Note, Decline>> {
  const id = NoteId.of(randomName())
  const { rows } = await sql`
    insert into parley.note (id, case_id, written_at, written_by, text)
    select ${id}, c.id, ${now}, ${person}, ${asked.text} from parley.vulnerability_case c
    where c.id = ${asked.case} returning 1 as is`.execute(tx)
  const note = rows.length > 0 ? await noteById(tx, id) : null
  if (!note) return no({ is: 'unknown', what: 'case' })
  await tellNote(
    tx,
    { note, kind: 'note-added', says: 'wrote a note', undo: { noteAdded: id } },
    { person, now },
  )
  return yes(presentNote(note))
}

/** Changes what a note says; only who wrote it may. */
export async function changeNote(
  tx: Tx,
  asked: { readonly id: string; readonly text: string },
  by: By,
): Promise<Result<Note, Decline>> {
  const before = await ownNote(tx, asked.id, by)
  if (!before.ok) return before
  await sql`update parley.note set text = ${asked.text}, changed_at = ${by.now}
    where id = ${asked.id}`.execute(tx)
  const note = before.value
  const undo = { notes: [objectOf(note.row)] }
  await tellNote(tx, { note, kind: 'note-changed', says: 'changed a note', undo }, by)
  const after = { ...note, text: asked.text, changed_at: by.now }
  return yes(presentNote(after))
}

/** Takes a note away; only who wrote it may. */
export async function removeNote(tx: Tx, id: string, by: By): Promise<Result<null, Decline>> {
  const before = await ownNote(tx, id, by)
  if (!before.ok) return before
  await sql`update parley.note set removed_at = ${by.now} where id = ${id}`.execute(tx)
  const note = before.value
  const undo = { notes: [objectOf(note.row)] }
  await tellNote(tx, { note, kind: 'note-removed', says: 'took a note away', undo }, by)
  return yes(null)
}

async function ownNote(
  tx: Tx,
  id: string,
  { person }: By,
): Promise<Result<NoteRow & { row: unknown }, Decline>> {
  const note = await noteById(tx, id)
  if (!note) return no({ is: 'unknown', what: 'note' })
  if (note.written_by === person) return yes(note)
  return no({ is: 'state', why: `${note.name} wrote this note and alone can change it.` })
}

type NoteTold = {
  readonly note: NoteRow
  readonly kind: EventKind
  readonly says: string
  readonly undo: Undo
}

async function tellNote(tx: Tx, { note, kind, says, undo }: NoteTold, by: By): Promise<void> {
  const told: EventTold = {
    ...{ says, why: null, version: note.version, cases: [note.case_id], undo },
    touches: [`note ${note.id}`],
  }
  await writeEvents(tx, [{ case: note.case_id, kind, told }], { by: by.person, now: by.now })
  await tellCases(tx, [note.case_id], by.now)
}
