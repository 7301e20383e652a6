import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { CaseRow } from '../../api/types.ts'
import {
  BandMark,
  EvidenceMark,
  PersonMark,
  SeverityMark,
  StatusMark,
  VerdictMark,
} from '../../parts/marks.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { Age } from '../../ui/when.tsx'
import { counted } from '../../ui/words.ts'

type Fact = { readonly name: string; readonly of: (row: CaseRow) => ReactNode }

const listed = (texts: readonly string[]): string =>
  texts.map((text) => lineOf(text, 60)).join(', ') || 'none named'

const facts: readonly Fact[] = [
  {
    name: 'Case',
    of: ({ id, no, title }) => (
      <Link to="/cases/$id" params={{ id }} className="link wrap-anywhere">
        #{no} {lineOf(title, 160)}
      </Link>
    ),
  },
  {
    name: 'Holds',
    of: ({ reports, finders }) => `${counted(reports, 'report')} by ${counted(finders, 'finder')}`,
  },
  { name: 'Package', of: ({ packages }) => listed(packages) },
  { name: 'Known as', of: ({ aliases }) => listed(aliases) },
  {
    name: 'Rating',
    of: ({ severity, band }) => (
      <span className="inline-flex flex-wrap gap-x-4">
        <SeverityMark severity={severity} />
        <BandMark band={band} />
      </span>
    ),
  },
  { name: 'Evidence', of: ({ evidence }) => <EvidenceMark evidence={evidence} /> },
  {
    name: 'State',
    of: ({ status, verdict }) => (
      <span className="inline-flex flex-wrap gap-x-4">
        <StatusMark status={status} />
        <VerdictMark verdict={verdict} />
      </span>
    ),
  },
  { name: 'Assigned to', of: ({ assignee }) => <PersonMark person={assignee} /> },
  {
    name: 'Age',
    of: ({ firstReportedAt, lastReportedAt }) => (
      <>
        first report <Age at={firstReportedAt} />, last <Age at={lastReportedAt} />
      </>
    ),
  },
]

type CaseFactsProps = { readonly a: CaseRow; readonly b: CaseRow }

/** What is known of both cases, fact beside fact. */
export function CaseFacts({ a, b }: CaseFactsProps) {
  return (
    <table className="w-full table-fixed text-left">
      <caption className="spoken">The two cases, fact by fact</caption>
      <thead>
        <tr className="text-quiet">
          <th className="w-20 rail:w-28">
            <span className="spoken">Fact</span>
          </th>
          <th className="pr-4 font-normal">Left</th>
          <th className="font-normal">Right</th>
        </tr>
      </thead>
      <tbody>
        {facts.map(({ name, of }) => (
          <tr key={name} className="border-t border-rule align-baseline">
            <th scope="row" className="py-0.5 pr-2 font-normal text-quiet">
              {name}
            </th>
            <td className="pr-4 wrap-anywhere">{of(a)}</td>
            <td className="wrap-anywhere">{of(b)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
