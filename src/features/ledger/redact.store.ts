import type { Client } from 'pg'
import { no, type Result, yes } from '#kernel/result.ts'
import { sealEntry } from './entry.ts'

export type Redaction = {
  readonly index: number
  /** Fields by their names: `actor`, `record`, `digest`, `reason`, `fields.…`. */
  readonly names: readonly string[]
  readonly reason: string
  readonly now: Date
}

/**
 * Takes values of an entry away for good, and records that in the same transaction. Their
 * commitments stay, so every proof still holds. Runs as the keeper: the product's own login has no
 * right to it. Refused where the entry has no such value (any more), and for changes of the key,
 * without whose values no ledger would verify.
 */
export async function redact(owner: Client, asked: Redaction): Promise<Result<null>> {
  const { index, names, reason, now } = asked
  await owner.query('begin')
  try {
    await owner.query('set local role parley_keeper')
    const { rowCount } = await owner.query(
      `update parley.ledger_field set fields = fields - $2::text[],
         person = case when 'actor' = any ($2) then null else person end,
         record = case when 'record' = any ($2) then null else record end
       where index = $1 and fields ?& $2 and not exists (select 1 from parley.ledger_entry e
         where e.index = $1 and e.action = 'ledger.rotate-key')`,
      [index, names],
    )
    if (rowCount !== 1) {
      await owner.query('rollback')
      const why = `entry ${index} has no value of that name: ${names.join(', ')}`
      return no({
        code: 'not-found',
        why,
        hint: 'names are actor, record, digest, reason, fields.…',
      })
    }
    const { action, leaf, fields } = sealEntry({
      ...{ at: now, action: 'ledger.redact', kind: 'entry', record: String(index), reason },
      actor: { person: null, organisation: null, role: 'system' },
      fields: { names: names.join(' ') },
    })
    await owner.query(
      'insert into parley.ledger_pending (action, leaf, fields) values ($1, $2, $3)',
      [action, leaf, JSON.stringify(fields)],
    )
    await owner.query('commit')
    return yes(null)
  } catch (error) {
    await owner.query('rollback')
    throw error
  }
}
