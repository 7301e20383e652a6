import { createContext, type ReactNode, use } from 'react'
import { attachmentAddress } from '../api/client.ts'
import type { CaseReport } from '../api/types.ts'
import { When } from '../ui/when.tsx'
import { sizeOf } from '../ui/words.ts'
import { findingOf, type ShownFinding } from './finding.ts'
import { SeverityMark } from './marks.tsx'
import { Code, lineOf, Marked, OutsideLink, Prose } from './outside-text.tsx'

type Marks = readonly string[]

/** Where an attachment is downloaded from: somebody who is read in gets it by their read-in. */
export const AttachmentAddress = createContext(attachmentAddress)

/** One part of a report, the same in every report so that two can stand side by side. */
export type Part = {
  readonly title: string
  readonly has: (finding: ShownFinding, report: CaseReport) => boolean
  readonly draw: (given: Given) => ReactNode
}

export type Given = {
  readonly finding: ShownFinding
  readonly report: CaseReport
  readonly marks: Marks
}

function Texts({ items, marks }: { readonly items: readonly string[]; readonly marks: Marks }) {
  return (
    <ul>
      {[...new Set(items)].map((item) => (
        <li key={item} className="wrap-anywhere">
          <bdi>
            <Marked text={lineOf(item, 500)} marks={marks} />
          </bdi>
        </li>
      ))}
    </ul>
  )
}

/** Evidence first, then what it concerns, then where it comes from. */
export const parts: readonly Part[] = [
  {
    title: 'What it says',
    has: ({ details }) => details !== '',
    draw: ({ finding, marks }) => <Prose text={finding.details} marks={marks} />,
  },
  {
    title: 'Where',
    has: ({ places, endpoints, symbols }) => places.length + endpoints.length + symbols.length > 0,
    draw: ({ finding, marks }) => <Places finding={finding} marks={marks} />,
  },
  {
    title: 'Crash',
    has: ({ crash }) => crash !== '',
    draw: ({ finding, marks }) => <Code text={finding.crash} marks={marks} />,
  },
  {
    title: 'Proof',
    has: ({ proofs }) => proofs.length > 0,
    draw: ({ finding, marks }) =>
      finding.proofs.map((text) => <Code key={text} text={text} marks={marks} />),
  },
  {
    title: 'Affected',
    has: ({ affected }) => affected.length > 0,
    draw: ({ finding, marks }) => <Texts items={finding.affected} marks={marks} />,
  },
  {
    title: 'Rating',
    has: ({ ratings, severity }) => ratings.length > 0 || severity !== null,
    draw: ({ finding, report, marks }) => (
      <>
        <SeverityMark severity={report.severity} />
        <Texts items={finding.ratings} marks={marks} />
      </>
    ),
  },
  {
    title: 'Names',
    has: ({ names }) => names.length > 0,
    draw: ({ finding, marks }) => <Texts items={finding.names} marks={marks} />,
  },
  {
    title: 'Fix',
    has: ({ fix, fixCommits }) => fix !== '' || fixCommits.length > 0,
    draw: ({ finding, marks }) => (
      <>
        {finding.fix !== '' && <Prose text={finding.fix} marks={marks} />}
        <Texts items={finding.fixCommits} marks={marks} />
      </>
    ),
  },
  {
    title: 'Links',
    has: ({ references }) => references.length > 0,
    draw: ({ finding, marks }) => (
      <ul>
        {[...new Set(finding.references)].map((href) => (
          <li key={href}>
            <OutsideLink href={href} marks={marks} />
          </li>
        ))}
      </ul>
    ),
  },
  {
    title: 'Proofs',
    has: (_, { isProofWithheld }) => isProofWithheld,
    draw: () => (
      <p className="text-quiet">
        This report came with proofs. Your role lacks the permission “read-proofs”, so they, and
        what it says only by them, are left out.
      </p>
    ),
  },
  {
    title: 'Payload destroyed',
    has: (_, { payloadDestroyedAt }) => payloadDestroyedAt !== null,
    draw: ({ report }) => (
      <p className="text-quiet">
        The payload was destroyed on {report.payloadDestroyedAt?.slice(0, 10)}: nobody can open the
        files any more, nor what the report said only by them.
      </p>
    ),
  },
  {
    title: 'Files',
    has: (_, { attachments }) => attachments.length > 0,
    draw: ({ report }) => <Attachments report={report} />,
  },
  { title: 'Comes from', has: () => true, draw: ({ report }) => <Source report={report} /> },
]

type FindingProps = { readonly finding: ShownFinding; readonly marks: Marks }

function Places({ finding, marks }: FindingProps) {
  return (
    <>
      {finding.places.map(({ text, snippet }) => (
        <div key={text + snippet} className="mb-1">
          <p className="font-mono text-small wrap-anywhere">
            <Marked text={lineOf(text)} marks={marks} />
          </p>
          {snippet !== '' && <Code text={snippet} marks={marks} />}
        </div>
      ))}
      <Texts items={finding.endpoints} marks={marks} />
      {finding.symbols.length > 0 && (
        <p className="wrap-anywhere">
          Names the code{' '}
          <code className="font-mono text-small">
            <Marked text={lineOf(finding.symbols.join(', '))} marks={marks} />
          </code>
        </p>
      )}
    </>
  )
}

function Attachments({ report }: { readonly report: CaseReport }) {
  const addressOf = use(AttachmentAddress)
  const isDestroyed = report.payloadDestroyedAt !== null
  return (
    <ul>
      {report.attachments.map(({ id, filename, type, sizeBytes }) => (
        <li key={id}>
          {isDestroyed ? (
            lineOf(filename, 120)
          ) : (
            <a className="link" href={addressOf(id)} download>
              {lineOf(filename, 120)}
            </a>
          )}{' '}
          <span className="text-quiet">
            {lineOf(type, 40)}, {sizeOf(sizeBytes)}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Source({ report }: { readonly report: CaseReport }) {
  return (
    <p className="wrap-anywhere">
      {lineOf(report.document, 200)}{' '}
      <span className="text-quiet">
        {lineOf(report.format, 40)}, at {lineOf(report.at, 200)}. Receipt {report.receipt}.
      </span>
    </p>
  )
}

/** The head of a report: title, who found it, when it came in. */
export function ReportHead({
  report,
  marks,
}: {
  readonly report: CaseReport
  readonly marks: Marks
}) {
  const { tool } = findingOf(report.finding)
  return (
    <header>
      <h3 dir="auto" className="text-read font-semibold wrap-anywhere">
        <Marked text={lineOf(report.title)} marks={marks} />
      </h3>
      <p className="text-quiet">
        Reported by{' '}
        <strong className="font-semibold text-text">
          {report.finders.map((name) => lineOf(name, 80)).join(', ') || 'nobody named'}
        </strong>
        {tool !== '' && ` with ${lineOf(tool, 80)}`}, handed in by {lineOf(report.organisation, 80)}
        , <When at={report.receivedAt} />
        {report.goneAt !== null && (
          <span className="text-warn"> · No longer in the newest import of its series</span>
        )}
      </p>
    </header>
  )
}
