import type { Pool } from 'pg'
import { z } from 'zod'
import type { CaseReport } from '#features/case/report-row.store.ts'
import { findingOf } from '#features/case/stored-report.ts'
import { labelsOf } from '#features/label/label.store.ts'
import type { Label } from '#features/label/label.ts'
import { countOpening, ReasonHeaders } from '#features/label/read-budget.store.ts'
import { lookThrough } from '#features/label/read-in-own.store.ts'
import { labelHeadersOf } from '#features/label/shown.ts'
import { type Marker, markerFor, newCode, noMarker } from '#features/label/watermark.ts'
import { digestOf } from '#features/ledger/entry.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { inPerson, may, mayEither } from '#features/org/access.ts'
import { actorOf, type Principal } from '#features/org/org.ts'
import { contentOwner, type ReportKeys } from '#features/report/incoming.ts'
import { no, yes } from '#kernel/result.ts'
import { type BlobRef, type Blobs, BlobUnreadable, blobRefShape } from '#platform/blobs/blobs.ts'
import type { PurposeKeys } from '#platform/crypto/keys.ts'
import { asActor, type Tx } from '#platform/db/as-actor.ts'
import { type Download, downloadRoute } from '#platform/http/download-route.ts'
import { problem } from '#platform/http/problem.ts'
import { done, type Route } from '#platform/http/route.ts'
import { bulkExportKind, takeCase } from './bulk-export.ts'
import {
  type Exported,
  exportedCase,
  exportedMax,
  type KeptFile,
  keepExport,
  keptFiles,
  originalsOf,
} from './case-export.store.ts'
import { type ExportedCase, type ExportKind, exportKinds, handlingOf } from './case-export.ts'
import { csafDraft } from './case-export-csaf.ts'
import { mailDraft } from './case-export-mail.ts'
import { markdownOf } from './case-export-markdown.ts'
import { osvDraft } from './case-export-osv.ts'
import { type ZipFile, zipArchive } from './case-export-zip.ts'

export type ExportParts = {
  readonly pool: Pool
  readonly keys: ReportKeys
  readonly blobs: Pick<Blobs, 'open'>
  /** Null where exports carry no watermark. */
  readonly watermark: PurposeKeys | null
}

/** Too many for one person to take out by themselves. */
const needsApproval = (max: number) =>
  problem(
    'needs-approval',
    `You took ${max} cases out within a day. Ask for more on the page Approvals: another person ` +
      'has to grant it.',
    { more: { kind: bulkExportKind.name, ask: '/v1/approvals', max } },
  )

const refusals = [
  ...(['unauthenticated', 'not-allowed', 'not-found'] as const),
  ...(['reason-needed', 'reading-stopped'] as const),
] as const

/** Ways out: a case as a file, and the attachments of reports. */
export function caseExportRoutes(parts: ExportParts): readonly Route<Principal>[] {
  return [exportRoute(parts), attachmentRoute(parts), readInAttachmentRoute(parts)]
}

const exportRoute = (parts: ExportParts): Route<Principal> =>
  downloadRoute({
    ...{ method: 'GET', path: '/v1/cases/{id}/export', name: 'exportCase', tag: 'cases' },
    summary: 'A case as a mail draft, Markdown, OSV or CSAF draft, or as everything in a zip',
    access: may('export'),
    params: z.strictObject({ id: z.string().max(100) }),
    query: z.strictObject({
      as: z.enum(exportKinds),
      /** For whom it is, in the words of whoever exports; recorded, and not part of the file. */
      for: z.string().min(1).max(200).optional(),
    }),
    problems: [...refusals, 'needs-approval'],
    sends: [
      ...['message/rfc822', 'text/markdown; charset=utf-8', 'application/json', 'application/zip'],
    ],
    headers: ReasonHeaders,
    run: async ({ principal, params, query, headers, clock }) => {
      const { person, organisation } = principal
      const asked = { id: params.id, person, organisation }
      const now = clock.now()
      const found = await asActor(parts.pool, actorOf(principal), async (tx) => {
        const exported = await exportedCase(tx, asked, parts.keys)
        if (exported === null) return no(problem('not-found', 'There is no such case.'))
        const counted = await countExport(tx, exported, { principal, headers, now, as: query.as })
        if (!counted.ok) return counted
        const over = await takeCase(tx, { person, case: exported.page.id, now })
        if (over !== null) return no(needsApproval(over.max))
        const about = exported.reports.map(({ id }) => id)
        const of = {
          kind: 'case',
          record: exported.page.id,
          digest: digestOf(about),
          about,
        } as const
        const code = parts.watermark && newCode()
        const made = { case: exported.page.id, form: query.as, recipient: query.for ?? null }
        const kept = await keepExport(tx, { ...made, code, person, organisation, now })
        const fields = { as: query.as, export: kept, recipient: query.for ?? person }
        await record(tx, [{ at: now, action: 'case.export', ...of, fields, ...counted.value }])
        const mark = code && parts.watermark ? markerFor(code, parts.watermark) : noMarker
        return yes({ ...exported, mark })
      })
      if (!found.ok) return found
      const { page, reports, mark } = found.value
      const by = { person: found.value.person, instance: found.value.instance }
      const exported = { page, reports, by, now, mark }
      const file = fileOf(exported, query.as, { parts, principal })
      return done(file, labelHeadersOf([page.banner]))
    },
  })

type Taking = {
  readonly principal: Principal
  readonly headers: z.infer<typeof ReasonHeaders>
  readonly now: Date
  readonly as: ExportKind
}

/** Whoever takes a case out opens it, and in a zip each of its proofs. */
async function countExport(tx: Tx, { page, reports }: Exported, taking: Taking) {
  const { principal, as, ...rest } = taking
  const opening = { ...rest, kind: 'cases', records: [page.id] } as const
  const counted = await countOpening(tx, principal, opening)
  if (!counted.ok || as !== 'zip') return counted
  const records = reports.flatMap(({ attachments }) => attachments.map(({ id }) => id))
  const proofs = await countOpening(tx, principal, { ...rest, kind: 'proofs', records })
  return proofs.ok ? yes({ ...counted.value, ...proofs.value }) : proofs
}

type Whole = { readonly parts: ExportParts; readonly principal: Principal }

function fileOf(exported: ExportedCase, as: ExportKind, whole: Whole): Download {
  const { id } = exported.page
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
  const drafts: Readonly<Record<ExportKind, () => Download>> = {
    mail: () => ({
      ...{ fileName: `${id}.eml`, mediaType: 'message/rfc822', content: mailDraft(exported) },
    }),
    markdown: () => ({
      ...{ fileName: `${id}.md`, mediaType: 'text/markdown; charset=utf-8' },
      content: markdownOf(exported),
    }),
    osv: () => ({
      ...{ fileName: `${id}.osv.json`, mediaType: 'application/json' },
      content: json(osvDraft(exported)),
    }),
    csaf: () => ({
      ...{ fileName: `${id}.csaf.json`, mediaType: 'application/json' },
      content: json(csafDraft(exported)),
    }),
    zip: () => ({
      ...{ fileName: `${id}.zip`, mediaType: 'application/zip' },
      content: zipArchive(filesOf(exported, whole)),
    }),
  }
  return drafts[as]()
}

const originalsAtOnce = 50

/** Everything of the case that whoever asks may see, file by file as it is written. */
export async function* filesOf(exported: ExportedCase, whole: Whole): AsyncGenerator<ZipFile> {
  const { page, mark } = exported
  const reports = exported.reports.map((report) => markedReport(report, mark))
  yield { name: 'README.txt', content: readme(exported) }
  yield { name: 'LABEL.txt', content: `${page.banner.marking}\n` }
  yield { name: 'case.json', content: JSON.stringify({ ...page, reportList: reports }, null, 2) }
  yield { name: 'case.md', content: markdownOf(exported) }
  yield { name: 'case.osv.json', content: JSON.stringify(osvDraft(exported), null, 2) }
  yield { name: 'case.csaf.json', content: JSON.stringify(csafDraft(exported), null, 2) }
  const { pool } = whole.parts
  const actor = actorOf(whole.principal)
  for (let at = 0; at < reports.length; at += originalsAtOnce) {
    const part = reports.slice(at, at + originalsAtOnce)
    const originals = await asActor(pool, actor, (tx) =>
      originalsOf(
        tx,
        part.map(({ id }) => id),
      ),
    )
    const ids = part.flatMap(({ attachments }) => attachments.map(({ id }) => id))
    const files = await asActor(pool, actor, (tx) => keptFiles(tx, ids))
    for (const report of part) {
      const content = JSON.stringify(
        { ...report, original: originals.get(report.id) ?? null },
        null,
        2,
      )
      yield { name: `reports/${report.id}.json`, content }
      const own = new Set(report.attachments.map(({ id }) => id))
      for (const file of files.filter(({ id }) => own.has(id))) {
        yield await attachedFile(`attachments/${report.id}/${file.filename}`, file, whole.parts)
      }
    }
  }
}

/** Its description carries marks; its original, and whatever else it says, is left as it came. */
function markedReport(report: CaseReport, mark: Marker): CaseReport {
  const finding = findingOf(report.finding)
  if (finding.details === undefined) return report
  return { ...report, finding: { ...finding, details: mark.prose(finding.details) } }
}

/** The bytes of an attachment; a store that lacks it costs this one file and says so. */
async function attachedFile(name: string, file: KeptFile, parts: FileParts): Promise<ZipFile> {
  if (isDestroyed(parts, file)) return { name: `${name}.destroyed.txt`, content: `${destroyed}\n` }
  try {
    const pieces: Uint8Array[] = []
    for await (const piece of contentOf(parts, file) ?? []) pieces.push(piece)
    return { name, content: Buffer.concat(pieces) }
  } catch (error) {
    if (!(error instanceof BlobUnreadable)) throw error
    return { name: `${name}.missing.txt`, content: `${error.refusal.why}\n` }
  }
}

function readme(exported: ExportedCase): string {
  const { page, reports, by, now } = exported
  const cut = page.reports > reports.length ? ` (the first ${exportedMax} of ${page.reports})` : ''
  return [
    page.banner.marking,
    '',
    `Case ${page.id}, exported ${now.toISOString()} by ${by.person}, ${by.instance}.`,
    '',
    'LABEL.txt        what all of this together may be shown to',
    'case.json        everything that is known of the case, as the API answers it',
    'case.md          the same to be read',
    'case.osv.json    draft of an OSV record; its id is for you to choose',
    'case.csaf.json   draft of a CSAF 2.0 document; publisher and products are for you to check',
    `reports/         each report with its original${cut}`,
    'attachments/     what came with the reports, by report',
    '',
    handlingOf(exported),
    '',
    page.banner.marking,
    '',
  ].join('\n')
}

type FileParts = Pick<ExportParts, 'blobs' | 'keys'>

const destroyed = 'What came with this report was destroyed: its bytes are not here any more.'

/** The list beside the key file holds, whatever an older database says. */
const isDestroyed = ({ keys }: FileParts, { destroyedAt, report }: KeptFile): boolean =>
  destroyedAt !== null || keys.destroyed.has(report)

function contentOf({ blobs }: FileParts, file: KeptFile): AsyncIterable<Uint8Array> | null {
  const ref = refOf(file.blob)
  const own = file.salt === null ? undefined : { id: file.report, salt: file.salt }
  return ref && blobs.open(ref, contentOwner(file.organisation), own)
}

function refOf(value: unknown): BlobRef | null {
  const found = blobRefShape.safeParse(value)
  return found.success ? found.data : null
}

const unknownFile = () => problem('not-found', 'There is no such attachment.')

/** Always a download of a type that no browser shows: attachments are what others sent. */
const attachmentRoute = (parts: ExportParts): Route<Principal> =>
  downloadRoute({
    ...{ method: 'GET', path: '/v1/attachments/{id}', name: 'attachment', tag: 'reports' },
    summary: 'What came with a report, for its submitter and who may read proofs',
    access: mayEither('read-proofs', 'hand-in'),
    params: z.strictObject({ id: z.string().max(100) }),
    problems: [...refusals, 'gone'],
    sends: ['application/octet-stream'],
    headers: ReasonHeaders,
    run: async ({ principal, params, headers, clock }) => {
      const now = clock.now()
      const reading = { parts, principal, headers, now }
      const found = await asActor(parts.pool, actorOf(principal), (tx) =>
        readFile(tx, params.id, reading),
      )
      return found.ok ? downloaded(parts, found.value) : found
    },
  })

/** The same for whoever is read in to the whole case, by their read-in. */
const readInAttachmentRoute = (parts: ExportParts): Route<Principal> =>
  downloadRoute({
    ...{ method: 'GET', path: '/v1/read-ins/mine/{id}/attachments/{attachment}' },
    ...{ name: 'readInAttachment', tag: 'read-ins' },
    summary: 'What came with a report of a case that one is read in to as a whole',
    access: inPerson,
    params: z.strictObject({ id: z.string().max(100), attachment: z.string().max(100) }),
    problems: [...refusals, 'gone'],
    sends: ['application/octet-stream'],
    headers: ReasonHeaders,
    run: async ({ principal, params: { id, attachment }, headers, clock }) => {
      const now = clock.now()
      const found = await asActor(parts.pool, actorOf(principal), async (tx) => {
        const shown = await lookThrough(tx, { id, by: principal, now })
        if (shown?.part !== 'full') return no(unknownFile())
        return readFile(tx, attachment, { parts, principal, headers, now, fields: { readIn: id } })
      })
      return found.ok ? downloaded(parts, found.value) : found
    },
  })

type Reading = {
  readonly parts: FileParts
  readonly principal: Principal
  readonly headers: z.infer<typeof ReasonHeaders>
  readonly now: Date
  readonly fields?: Readonly<Record<string, string>>
}

/** An attachment that the actor may read, which is counted and written down. */
async function readFile(tx: Tx, id: string, reading: Reading) {
  const { parts, principal, headers, now, fields = {} } = reading
  const [kept] = await keptFiles(tx, [id])
  const digest = refOf(kept?.blob)?.sha256
  if (!kept || digest === undefined) return no(unknownFile())
  if (isDestroyed(parts, kept)) return no(problem('gone', destroyed))
  const opening = { kind: 'proofs', records: [kept.id], headers, now } as const
  const counted = await countOpening(tx, principal, opening)
  if (!counted.ok) return counted
  const about = [kept.report]
  const of = { kind: 'attachment', record: kept.id, digest, about, fields } as const
  await record(tx, [{ at: now, action: 'attachment.read', ...of, ...counted.value }])
  return yes({ ...kept, labels: [...(await labelsOf(tx, [kept.label])).values()] })
}

type LabelledFile = KeptFile & { readonly labels: readonly Label[] }

function downloaded(parts: FileParts, file: LabelledFile) {
  const content = contentOf(parts, file)
  if (!content) return no(unknownFile())
  const { sizeBytes = 0 } = refOf(file.blob) ?? {}
  const mediaType = 'application/octet-stream'
  const headers = labelHeadersOf(file.labels)
  return done({ fileName: file.filename, mediaType, sizeBytes, content }, headers)
}
