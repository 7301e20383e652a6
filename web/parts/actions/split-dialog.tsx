import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { caseQuery } from '../../api/queries.ts'
import type { CaseRow } from '../../api/types.ts'
import { Notice, ReadFailed } from '../../ui/notice.tsx'
import { counted } from '../../ui/words.ts'
import { caseName } from '../case-name.ts'
import { lineOf } from '../outside-text.tsx'
import { useChanges } from './changes.ts'
import { FormDialog, WhyField } from './form.tsx'

type SplitDialogProps = {
  readonly found: CaseRow
  /** Reports that are chosen from the start. */
  readonly chosen?: readonly string[]
  readonly onClose: () => void
}

/** Moves chosen reports, together, into a case of their own. */
export function SplitDialog({ found, chosen = [], onClose }: SplitDialogProps) {
  const { data, error } = useQuery(caseQuery(found.id))
  const [leaving, setLeaving] = useState<ReadonlySet<string>>(new Set(chosen))
  const [why, setWhy] = useState('')
  const { split } = useChanges()
  const reports = data?.reportList ?? []
  const flip = (id: string): void => setLeaving(leaving.symmetricDifference(new Set([id])))
  const missing =
    leaving.size === 0
      ? 'Choose the reports that are about something else.'
      : leaving.size >= found.reports
        ? 'One report has to stay; otherwise nothing is split.'
        : null
  return (
    <FormDialog
      title="Split"
      about={lineOf(`${caseName(found.id)} ${found.title}`)}
      does={leaving.size > 0 ? `Split off ${counted(leaving.size, 'report')}` : 'Split off'}
      missing={missing}
      onClose={onClose}
      run={() => split(data ?? found, [...leaving], why)}
      isWide
    >
      {error && <ReadFailed error={error} />}
      {found.reports < 2 ? (
        <Notice>This case has one report. There is nothing to split.</Notice>
      ) : (
        <fieldset className="max-h-[36dvh] overflow-y-auto">
          <legend>Which reports leave, together, for a case of their own?</legend>
          {reports.map((report) => (
            <label key={report.id} className="flex items-baseline gap-2 py-0.5">
              <input
                type="checkbox"
                checked={leaving.has(report.id)}
                onChange={() => flip(report.id)}
              />
              <span className="wrap-anywhere">
                {lineOf(report.title, 160)}{' '}
                <span className="text-quiet">{lineOf(report.finders.join(', '), 80)}</span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      <WhyField label="What tells them apart?" value={why} onValue={setWhy} />
    </FormDialog>
  )
}
