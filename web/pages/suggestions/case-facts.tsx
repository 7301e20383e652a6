import { Link } from '@tanstack/react-router'
import type { CaseRow } from '../../api/types.ts'
import { caseName } from '../../parts/case-name.ts'
import { LabelMark } from '../../parts/label.tsx'
import {
  BandMark,
  EvidenceMark,
  PersonMark,
  SeverityMark,
  StatusMark,
  VerdictMark,
} from '../../parts/marks.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { Ago } from '../../ui/when.tsx'
import { counted } from '../../ui/words.ts'

const listed = (texts: readonly string[]): string =>
  texts.map((text) => lineOf(text, 60)).join(', ')

/** The case that one of the two reports is in, in two lines above it. */
export function CaseFacts({ found }: { readonly found: CaseRow }) {
  const { id, title, packages, aliases, reports, finders } = found
  const named = listed([...packages, ...aliases])
  return (
    <section aria-label={`Case ${caseName(id)}`} className="min-w-0">
      <h3>
        <Link to="/cases/$id" params={{ id }} className="link block truncate font-semibold">
          {caseName(id)} {lineOf(title, 160)}
        </Link>
      </h3>
      <p className="flex flex-wrap items-center gap-x-4">
        <SeverityMark severity={found.severity} />
        <BandMark band={found.band} />
        <EvidenceMark evidence={found.evidence} />
        <StatusMark status={found.status} />
        <VerdictMark verdict={found.verdict} />
        <PersonMark person={found.assignee} />
        <LabelMark label={found.label} />
      </p>
      <p className="wrap-anywhere text-quiet">
        {named && `${named}. `}
        {counted(reports, 'report')} by {counted(finders, 'finder')}, the first{' '}
        <Ago at={found.firstReportedAt} />, the last <Ago at={found.lastReportedAt} />
      </p>
    </section>
  )
}
