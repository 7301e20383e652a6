import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { SentDocument, SentReport } from './crash-load.ts'
import type { CrashedService } from './crashed.ts'

/** What must be nothing at all. */
export type Damage = { readonly lost: readonly string[]; readonly doubled: readonly string[] }

/** Every acknowledged report is there once; what was sent is there once at the most. */
export async function checkReports(
  at: CrashedService,
  reports: readonly SentReport[],
): Promise<Damage> {
  const rows = await at.query<{ marker: string; receipts: string[] }>(
    `select record ->> 'code_path' as marker, array_agg(receipt) as receipts from parley.report
     where import_no is null and record ->> 'code_path' = any ($1) group by 1`,
    [reports.map(({ marker }) => marker)],
  )
  const found = new Map(rows.map(({ marker, receipts }) => [marker, receipts]))
  const of = ({ marker }: SentReport): readonly string[] => found.get(marker) ?? []
  const lost = reports.filter((one) => one.receipt !== null && !of(one).includes(one.receipt))
  const doubled = reports.filter((one) => of(one).length > 1)
  return { lost: lost.map(nameOf), doubled: doubled.map(nameOf) }
}

const nameOf = ({ marker }: { readonly marker: string }): string => marker

/** Every acknowledged document is an import, and no document is two. */
export async function checkDocuments(
  at: CrashedService,
  documents: readonly SentDocument[],
): Promise<Damage> {
  const rows = await at.query<{ name: string; ids: string[] }>(
    'select name, array_agg(id) as ids from parley.bulk_import where name = any ($1) group by 1',
    [documents.map(({ name }) => name)],
  )
  const found = new Map(rows.map(({ name, ids }) => [name, ids]))
  const of = ({ name }: SentDocument): readonly string[] => found.get(name) ?? []
  const lost = documents.filter((one) => one.import !== null && !of(one).includes(one.import))
  const doubled = documents.filter((one) => of(one).length > 1)
  return { lost: lost.map(nameOf), doubled: doubled.map(nameOf) }
}

/** Waits until every import is read, as long as reading goes on. */
export async function untilRead(at: CrashedService, patienceMs: number): Promise<void> {
  let before = -1
  let since = performance.now()
  for (;;) {
    const [row] = await at.query<{ left: number; done: number }>(
      `select count(*) filter (where state in ('stored', 'reading'))::int as left,
        coalesce(sum(position), 0)::int as done from parley.bulk_import`,
    )
    if (!row || row.left === 0) return
    if (row.done !== before) since = performance.now()
    before = row.done
    if (performance.now() - since > patienceMs) throw new Error(`${row.left} imports are not read`)
    await pause(250)
  }
}

/** Every finding of every acknowledged document is a report, once. */
export async function checkFindings(
  at: CrashedService,
  documents: readonly SentDocument[],
): Promise<Damage> {
  const rows = await at.query<{ id: string; reports: number; paths: number; told: string }>(
    `select i.id, count(r.no)::int as reports, i.state || ' ' || i.told::text as told,
       count(distinct r.record ->> 'code_path')::int as paths
     from parley.bulk_import i left join parley.report r on r.import_no = i.no group by i.no`,
  )
  const found = new Map(rows.map((row) => [row.id, row]))
  const sent = documents.flatMap((one) => (one.import === null ? [] : { ...one, id: one.import }))
  const lost = sent.filter(({ id, findings }) => (found.get(id)?.paths ?? 0) < findings)
  const doubled = sent.filter(({ id, findings }) => (found.get(id)?.reports ?? 0) > findings)
  const says = (one: (typeof sent)[number]): string => {
    const { paths = 0, told = '' } = found.get(one.id) ?? {}
    return `${paths} of ${one.findings} findings of ${one.name}: ${told}`
  }
  return { lost: lost.map(says), doubled: doubled.map(says) }
}

/** Every attachment of a report has its file, and every waiting report exists. */
export async function checkFiles(at: CrashedService): Promise<Damage> {
  const rows = await at.query<{ id: string }>(
    `select blob ->> 'id' as id from parley.attachment
     union select blob ->> 'id' from parley.bulk_import`,
  )
  const lost = rows.filter(({ id }) => {
    const digits = id.slice(id.indexOf('-') + 1)
    return !existsSync(join(at.dataFolder, 'blobs', digits.slice(0, 2), digits.slice(2, 4), id))
  })
  return { lost: lost.map(({ id }) => `the file ${id}`), doubled: [] }
}
