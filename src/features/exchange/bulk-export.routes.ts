import { z } from 'zod'
import { type Approval, approvalOf } from '#features/label/approval.store.ts'
import { type Marker, markerFor, newCode, noMarker } from '#features/label/watermark.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { mayInPerson } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { no, yes } from '#kernel/result.ts'
import { actingAs, asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { downloadRoute } from '#platform/http/download-route.ts'
import { problem } from '#platform/http/problem.ts'
import type { Route } from '#platform/http/route.ts'
import { bulkExportKind, selectionOf, spendGrant } from './bulk-export.ts'
import { type ExportParts, filesOf } from './case-export.routes.ts'
import { exportedCase, keepExport } from './case-export.store.ts'
import { type ZipFile, zipArchive } from './case-export-zip.ts'

/** What was granted, fetched once by whoever asked for it. */
export const bulkExportRoute = (parts: ExportParts): Route<Principal> =>
  downloadRoute({
    ...{ method: 'GET', path: '/v1/approvals/{id}/export', name: 'fetchApproved' },
    ...{ tag: 'approvals', access: mayInPerson('export') },
    summary: 'The cases of a granted request as one zip, once, within an hour of the grant',
    params: z.strictObject({ id: z.string().max(100) }),
    problems: ['unauthenticated', 'not-allowed', 'not-found', 'gone', 'changed'],
    sends: ['application/zip'],
    run: async ({ principal, params: { id }, clock }) => {
      const now = clock.now()
      const granted = await asActor(parts.pool, actorOf(principal), (tx) =>
        begin(tx, id, { principal, now, parts }),
      )
      if (typeof granted === 'string') return no(refused[granted])
      const content = zipArchive(casesOf(granted, { parts, principal, now }))
      return yes({ fileName: `${id}.zip`, mediaType: 'application/zip', content })
    },
  })

const refused = {
  none: problem('not-found', 'There is no such request of yours that was granted.'),
  used: problem('gone', 'It was fetched already, or more than an hour went by: ask again.'),
  changed: problem('changed', 'The cases are not what was granted any more: ask again.'),
} as const

type Fetching = { readonly principal: Principal; readonly now: Date; readonly parts: ExportParts }

/** What may be fetched, and what tells from its texts who fetched it. */
type Granted = { readonly cases: readonly string[]; readonly mark: Marker }

/** The cases that may be fetched now; what was granted is used up by it. */
async function begin(
  tx: Tx,
  id: string,
  { principal, now, parts: { watermark } }: Fetching,
): Promise<Granted | keyof typeof refused> {
  const approval = await approvalOf(tx, id)
  if (!approval || !isOwn(approval, principal)) return 'none'
  const { by } = approval
  const request: unknown = JSON.parse(approval.request)
  const read = await actingAs(tx, systemActor, (system) =>
    bulkExportKind.read(system, { request, by, now }),
  )
  if (!read.ok || read.value.digest !== approval.digest) return 'changed'
  if (!(await spendGrant(tx, id, now))) return 'used'
  const cases = selectionOf(approval.request)
  const code = watermark && newCode()
  const { person, organisation } = principal
  const of = { at: now, action: 'case.export', kind: 'case' } as const
  for (const one of cases) {
    const made = { case: one, form: 'zip', recipient: null } as const
    const kept = await keepExport(tx, { ...made, code, person, organisation, now })
    const fields = { as: 'zip', approval: id, export: kept }
    await record(tx, [{ ...of, record: one, digest: approval.digest, fields }])
  }
  return { cases, mark: code && watermark ? markerFor(code, watermark) : noMarker }
}

const isOwn = ({ by, kind, state }: Approval, { person, organisation }: Principal): boolean =>
  kind === bulkExportKind.name &&
  state === 'done' &&
  by.person === person &&
  by.organisation === organisation

/** Each case in a folder of its own, read as its turn comes. */
async function* casesOf(
  { cases, mark }: Granted,
  { parts, principal, now }: Fetching,
): AsyncGenerator<ZipFile> {
  const { person, organisation } = principal
  for (const id of cases) {
    const found = await asActor(parts.pool, actorOf(principal), (tx) =>
      exportedCase(tx, { id, person, organisation }, parts.keys),
    )
    if (!found) continue
    const { page, reports } = found
    const by = { person: found.person, instance: found.instance }
    for await (const file of filesOf({ page, reports, by, now, mark }, { parts, principal })) {
      yield { ...file, name: `${id}/${file.name}` }
    }
  }
}
