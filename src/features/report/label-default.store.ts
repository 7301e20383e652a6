import { sql } from 'kysely'
import { labelIdFor } from '#features/label/label.store.ts'
import {
  canonical,
  commonLabel,
  digestOfLabel,
  isRaise,
  type Label,
  strictest,
} from '#features/label/label.ts'
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

/** What is set, and for whom; null for none of its own. */
export type LabelDefault = { readonly of: string; readonly label: Label | null }

/** What reports that name no label have now, and would have if this were set; null for nobody. */
export async function usualBeforeAndAfter(
  tx: Tx,
  { of, label }: LabelDefault,
): Promise<{ readonly before: Label; readonly after: Label } | null> {
  if (of !== instance && !(await organisationExists(tx, of))) return null
  const { rows } = await sql<{ name: string; value: unknown }>`
    select name, value from parley.setting
    where name in ('label.default', ${settingOf(of)}) and value <> 'null'::jsonb`.execute(tx)
  const set = new Map(rows.map(({ name, value }) => [name, value]))
  const labelAt = (name: string): Label | null =>
    set.has(name) ? (LabelWishWire.safeParse(set.get(name)).data ?? strictest) : null
  const fallback = of === instance ? commonLabel : (labelAt('label.default') ?? commonLabel)
  return { before: labelAt(settingOf(of)) ?? fallback, after: label ?? fallback }
}

type Saving = {
  readonly by: string | null
  readonly now: Date
  /** Whether others agreed, without whom what comes in is not shown to more people than before. */
  readonly isAgreed: boolean
}

/** Sets what is usual from now on; what was handed in before stays as it is. */
export async function saveUsualLabel(
  tx: Tx,
  { of, label }: LabelDefault,
  { by, now, isAgreed }: Saving,
): Promise<Result<null, 'unknown' | 'above-ceiling' | 'needs-approval'>> {
  const change = await usualBeforeAndAfter(tx, { of, label })
  if (change === null) return no('unknown')
  if (!isAgreed && !isRaise(change.before, change.after)) return no('needs-approval')
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
