import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { deskCountsQuery } from '../../api/queries.ts'
import { ReadFailed } from '../../ui/notice.tsx'
import { grouped } from '../../ui/words.ts'

const title = 'Models before their release'

const rows = [
  ['offered', 'Models that developers offered to show to evaluators'],
  ['agreed', 'Offers that both sides agreed on'],
  ['ended', 'Windows of access that have ended'],
  ['released', 'Models that their developers have released since'],
] as const

/** For everybody, signed in or not: how many, and nothing of which. */
export function CountsPage() {
  const { data, error, refetch } = useQuery(deskCountsQuery)
  useEffect(() => {
    document.title = `${title} · Parley`
  }, [])
  return (
    <main className="mx-auto h-full max-w-[75ch] overflow-y-auto px-4 py-8">
      <h1 className="text-title font-semibold">{title}</h1>
      <p className="mt-2 text-read">
        Developers may show evaluators a model before they release it, for up to 30 days, as long as
        they like. <strong>Nothing here holds, delays or permits a release</strong> (Executive Order
        14409, section 3(c)).
      </p>
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {data?.isPublished === false && (
        <p className="mt-4 text-read">This instance does not publish how many.</p>
      )}
      {data?.counts && (
        <table className="mt-4 text-read">
          <caption className="spoken">How many, since this instance began</caption>
          <tbody>
            {rows.map(([name, words]) => (
              <tr key={name} className="border-t border-rule align-baseline">
                <th scope="row" className="py-2 pr-8 text-left font-normal">
                  {words}
                </th>
                <td className="text-right font-semibold">{grouped(data.counts?.[name] ?? 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="mt-6 text-quiet">
        Counts only: neither which models nor whose.{' '}
        <Link to="/" className="link">
          Sign in
        </Link>
      </p>
    </main>
  )
}
