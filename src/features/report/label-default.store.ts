import { sql } from 'kysely'
import { labelIdFor } from '#features/label/label.store.ts'
import { canonical, digestOfLabel, type Label } from '#features/label/label.ts'
import { LabelWishWire } from '#features/label/label.wire.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Tx } from '#platform/db/as-actor.ts'
import { organisationExists } from './webhook.store.ts'

/** For whom a label is usual: an organisation, or all that have none of their own. */
const instance = 'instance'
const settingOf = (of: string): string =>
  of === instance ? 'label.default' : `label.default:${of}`

export type UsualLabel = { readonly of: string; readonly label: Label }

export async function listUsualLabels(tx: Tx): Promise<readonly UsualLabel[]> {
  const { rows } = await sql<{ name: string; value: unknown }>`
    select name, value from parley.setting
    where (name = 'label.default' or starts_with(name, 'label.default:'))
      and value <> 'null'::jsonb order by name limit 1000`.execute(tx)
  return rows.map(({ name, value }) => ({
    of: name.split(':')[1] ?? instance,
    label: LabelWishWire.parse(value),
  }))
}

type Setting = {
  readonly of: string
  /** Null for none of its own. */
  readonly label: Label | null
  readonly by: string | null
  readonly now: Date
}

/** Sets what is usual from now on; what was handed in before stays as it is. */
export async function saveUsualLabel(
  tx: Tx,
  { of, label, by, now }: Setting,
): Promise<Result<null, 'unknown' | 'above-ceiling'>> {
  if (of !== instance && !(await organisationExists(tx, of))) return no('unknown')
  // Its number is made here, because whoever hands something in only looks it up.
  const number = label === null ? null : await labelIdFor(tx, label)
  if (number?.ok === false) return number
  const value = JSON.stringify(label && canonical(label))
  await sql`
    insert into parley.setting (name, value, changed_at, changed_by)
    values (${settingOf(of)}, ${value}::jsonb, ${now}, ${by})
    on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at,
      changed_by = excluded.changed_by`.execute(tx)
  const set = { at: now, action: 'label.default', kind: 'organisation', record: of } as const
  await record(tx, [{ ...set, ...(label && { digest: digestOfLabel(label) }) }])
  return yes(null)
}
