import { useState } from 'react'
import type { Case, CaseReport } from '../../api/types.ts'
import { useMay } from '../../app/may.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { marksOf, Reasons } from '../../parts/reasons.tsx'
import { ReportPair, useShowMarks } from '../../parts/report-pair.tsx'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/section.tsx'
import { Ago, When } from '../../ui/when.tsx'
import { counted, percent } from '../../ui/words.ts'

type ReportsProps = { readonly found: Case; readonly onSplit: () => void }

/** The reports of a case: two side by side with what they share, and all of them below. */
export function Reports({ found, onSplit }: ReportsProps) {
  const { reportList } = found
  const mayDecide = useMay('decide')
  const [pair, setPair] = useState<readonly [string, string] | null>(null)
  const [left, right] = pairOf(reportList, pair)
  if (left === undefined) return null
  const isMany = reportList.length > 1
  return (
    <Section
      title={isMany ? `${counted(found.reports, 'report')} of one vulnerability` : 'The report'}
      beside={
        isMany &&
        mayDecide && (
          <Button look="quiet" hint="s" onClick={onSplit}>
            Split
          </Button>
        )
      }
    >
      {right === undefined ? (
        <ReportPair reports={[left]} marks={[]} />
      ) : (
        <Compare
          reports={reportList}
          {...{ left, right }}
          onPair={(one, other) => setPair([one, other])}
        />
      )}
      {isMany && <AllReports found={found} left={left} onShow={(id) => setPair([left.id, id])} />}
    </Section>
  )
}

/** Those chosen; at first the report that joined last, and the one it was judged against. */
function pairOf(
  reports: readonly CaseReport[],
  chosen: readonly [string, string] | null,
): readonly [CaseReport | undefined, CaseReport | undefined] {
  const byId = (id: string | null | undefined): CaseReport | undefined =>
    reports.find((report) => report.id === id)
  const [one, other] = [byId(chosen?.[0]), byId(chosen?.[1])]
  if (one && other && one !== other) return [one, other]
  const joined = reports.findLast((report) => report.with !== null && byId(report.with))
  if (joined) return [byId(joined.with), joined]
  return [reports[0], reports[1]]
}

type CompareProps = {
  readonly reports: readonly CaseReport[]
  readonly left: CaseReport
  readonly right: CaseReport
  readonly onPair: (left: string, right: string) => void
}

function Compare({ reports, left, right, onPair }: CompareProps) {
  const [ref, show] = useShowMarks()
  const judged = right.with === left.id ? right : left.with === right.id ? left : null
  // Where the two were not judged against each other, what joined each to the case is marked.
  const because = judged?.because ?? [...left.because, ...right.because]
  return (
    <>
      <div className="flex flex-wrap gap-x-6 gap-y-2">
        <Pick
          label="Left"
          value={left}
          reports={reports.filter(({ id }) => id !== right.id)}
          onPick={(id) => onPair(id, right.id)}
        />
        <Pick
          label="Right"
          value={right}
          reports={reports.filter(({ id }) => id !== left.id)}
          onPick={(id) => onPair(left.id, id)}
        />
      </div>
      <div className="my-3">
        <p className="mb-1">{judgedWords(judged)}</p>
        {judged && <Reasons because={because} onShow={show} />}
      </div>
      <div ref={ref}>
        <ReportPair reports={[left, right]} marks={marksOf(because)} />
      </div>
    </>
  )
}

function judgedWords(judged: CaseReport | null): string {
  if (judged === null) {
    return 'These two were not judged against each other; each was judged against another report of this case.'
  }
  if (judged.how === 'person') return 'A person put these two together.'
  const { probability } = judged
  const how = probability === null ? '' : `, with a probability of ${percent(probability)}`
  return `They were taken for one vulnerability${how}.`
}

type PickProps = {
  readonly label: string
  readonly value: CaseReport
  readonly reports: readonly CaseReport[]
  readonly onPick: (id: string) => void
}

function Pick({ label, value, reports, onPick }: PickProps) {
  if (reports.length < 2) return null
  return (
    <label className="flex min-w-0 flex-1 basis-60 items-center gap-2">
      <span className="text-quiet">{label}</span>
      <select
        value={value.id}
        onChange={({ target }) => onPick(target.value)}
        className="field min-w-0 grow"
      >
        {reports.map((report) => (
          <option key={report.id} value={report.id}>
            {lineOf(`${report.finders.join(', ')}: ${report.title}`, 100)}
          </option>
        ))}
      </select>
    </label>
  )
}

const shownAtFirst = 20

type AllReportsProps = {
  readonly found: Case
  readonly left: CaseReport
  readonly onShow: (id: string) => void
}

/** Every report with its finders and when it came in: nobody's credit is lost in a merge. */
function AllReports({ found, left, onShow }: AllReportsProps) {
  const [isWhole, setIsWhole] = useState(false)
  const list = isWhole ? found.reportList : found.reportList.slice(0, shownAtFirst)
  return (
    <div className="relative mt-4 overflow-x-auto">
      <table className="w-full text-left">
        <caption className="pb-1 text-left text-quiet">All reports, first one first</caption>
        <thead className="text-quiet">
          <tr>
            <th className="pr-4 font-normal">Report</th>
            <th className="pr-4 font-normal">Found by</th>
            <th className="pr-4 font-normal max-rail:hidden">Received</th>
            <th className="pr-4 font-normal max-rail:hidden">Why here</th>
            <th>
              <span className="spoken">Compare</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {list.map((report) => (
            <tr key={report.id} className="align-baseline">
              <th scope="row" className="max-w-80 min-w-30 py-0.5 pr-4 font-normal wrap-anywhere">
                {lineOf(report.title, 160)}
                <span className="block text-quiet rail:hidden">
                  {howWords(report)}, <Ago at={report.receivedAt} />
                </span>
              </th>
              <td className="min-w-32 pr-4 wrap-anywhere">
                {lineOf(report.finders.join(', '), 120)}
              </td>
              <td className="pr-4 max-rail:hidden">
                <When at={report.receivedAt} />
              </td>
              <td className="pr-4 whitespace-nowrap max-rail:hidden">{howWords(report)}</td>
              <td>
                {report.id !== left.id && (
                  <Button look="quiet" onClick={() => onShow(report.id)}>
                    Compare<span className="spoken"> {lineOf(report.title, 60)}</span>
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {list.length < found.reportList.length && (
        <Button onClick={() => setIsWhole(true)}>
          {`Show all ${counted(found.reportList.length, 'report')}`}
        </Button>
      )}
      {found.isReportListCut && (
        <p className="text-quiet">
          The case holds {counted(found.reports, 'report')}; the export has every one of them.
        </p>
      )}
    </div>
  )
}

function howWords({ how, probability }: CaseReport): string {
  if (how === 'first') return 'First'
  if (how === 'person') return 'Put here by a person'
  return probability === null ? 'Merged' : `Merged at ${percent(probability)}`
}
