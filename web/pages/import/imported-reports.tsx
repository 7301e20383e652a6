import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Import } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { importedReportsQuery } from './queries.ts'
import { outcomeWords } from './words.ts'

type ImportedReportsProps = { readonly id: string; readonly state: Import['state'] }

/** Each report of an import, with its receipt and the case it is in. */
export function ImportedReports({ id, state }: ImportedReportsProps) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    importedReportsQuery(id, state),
  )
  const items = data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Section title="Its reports">
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      <div className="relative overflow-x-auto">
        <table className="w-full text-left">
          <thead className="text-quiet">
            <tr>
              <th className="pr-4 font-normal">Report</th>
              <th className="pr-4 font-normal">Became</th>
              <th className="font-normal">Receipt</th>
            </tr>
          </thead>
          <tbody>
            {items.map(({ ordinal, title, outcome, receipt, case: into }) => (
              <tr key={ordinal} className="border-t border-rule align-baseline">
                <th scope="row" className="min-w-40 py-1 pr-4 font-normal wrap-anywhere">
                  {into === null ? (
                    lineOf(title, 160)
                  ) : (
                    <Link to="/cases/$id" params={{ id: into }} className="hover:underline">
                      {lineOf(title, 160)}
                    </Link>
                  )}
                </th>
                <td className="pr-4 whitespace-nowrap">{outcomeWords[outcome]}</td>
                <td className="font-mono text-small">{lineOf(receipt, 40)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {hasNextPage && (
        <Button className="mt-2" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more reports
        </Button>
      )}
    </Section>
  )
}
