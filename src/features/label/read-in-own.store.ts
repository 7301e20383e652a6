import { sql } from 'kysely'
import { z } from 'zod'
import { digestOf } from '#features/ledger/entry.ts'
import { record } from '#features/ledger/ledger.store.ts'
import type { Principal } from '#features/org/org.ts'
import { no, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { type Done, factsOf, fieldsOfReadIn, type Prerequisites } from './read-in.store.ts'
import { decideAcknowledgement, type Paper } from './read-in.ts'
import { type ReadInRow, readInById } from './read-in-row.store.ts'
import { acknowledgementOf } from './read-in-text.ts'

const Links = z.array(z.string())
const moment = z.string().nullable()
const Artifacts = z.array(
  z.object({ purl: z.string(), version: z.string(), sha256: z.string().nullable() }),
)
/** What a read-in shows of its case; what its part does not show is not there. */
const Part = z.strictObject({
  part: z.enum(['full', 'fix-material', 'fix-and-timing', 'artifact-and-time']),
  fix: z.strictObject({ text: z.string(), links: Links }).optional(),
  timing: z.strictObject({ embargoUntil: moment, disclosureAt: moment }).optional(),
  goLiveAt: moment.optional(),
  artifacts: Artifacts.optional(),
  case: z.string().optional(),
})
export type ShownPart = z.infer<typeof Part>

type Looking = { readonly id: string; readonly by: Principal; readonly now: Date }

/** The person's own read-in; that of another is none. */
export async function ownReadIn(tx: Tx, { id, by }: Looking): Promise<ReadInRow | null> {
  const found = await readInById(tx, id)
  return found?.rule.person === by.person ? found : null
}

/**
 * What the person sees by a read-in at this moment, written down in the ledger; null where that is
 * nothing: not theirs, not begun, over and unknown look alike.
 */
export async function lookThrough(tx: Tx, looking: Looking): Promise<ShownPart | null> {
  const found = await ownReadIn(tx, looking)
  if (found === null || found.rule.ended !== null || found.rule.isRefused) return null
  const { rows } = await sql<{ part: unknown }>`
    select parley.read_in_part(${found.rule.case}) as part`.execute(tx)
  const shown = Part.nullable().parse(rows[0]?.part ?? null)
  if (shown === null) return null
  const { nominee: _, case: of, ...fields } = fieldsOfReadIn(found.rule)
  await record(tx, [
    {
      ...{ at: looking.now, action: 'read-in.look', kind: 'case', record: of },
      ...{ digest: digestOf(shown), fields: { ...fields, readIn: found.rule.id } },
    },
  ])
  return shown
}

export type Acknowledgement = Looking & {
  /** Of the text that was shown. */
  readonly digest: string
  readonly agreed: readonly Paper[]
  readonly prerequisites: Prerequisites
}

/** Writes down that the person acknowledged the very text that holds for them. */
export async function acknowledge(tx: Tx, asked: Acknowledgement): Promise<Done> {
  const { digest, agreed, by, now, prerequisites } = asked
  const found = await ownReadIn(tx, asked)
  if (found === null) return no({ code: 'not-found', why: 'There is no such read-in.' })
  const facts = await factsOf(tx, found.rule, prerequisites)
  const isInPerson = by.via === 'session'
  const deciding = { by: by.person, isInPerson, now, facts, agreed }
  const decided = decideAcknowledgement(found.rule, deciding)
  if (!decided.ok) return decided
  if (acknowledgementOf(found.rule).digest !== digest) {
    return no({ code: 'changed', why: 'The text has changed: read it again.' })
  }
  const { rows } = await sql<{ is: boolean }>`
    select parley.acknowledge_read_in(${found.rule.id}, ${digest}, ${agreed}::text[]) as is
  `.execute(tx)
  if (rows[0]?.is !== true) {
    return no({ code: 'not-in-this-state', why: 'There is nothing to acknowledge any more.' })
  }
  const fields = { ...fieldsOfReadIn(found.rule), agreed: agreed.join() }
  const of = { kind: 'read-in', record: found.rule.id, digest, fields } as const
  await record(tx, [{ at: now, action: 'read-in.acknowledge', ...of }])
  return yes(decided.value)
}
