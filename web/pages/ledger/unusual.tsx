import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Anomaly } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { When } from '../../ui/when.tsx'
import { counted, grouped } from '../../ui/words.ts'
import { anomaliesQuery } from './queries.ts'

/** What is out of the ordinary in the last day. */
export function Unusual() {
  const { data, error, refetch } = useQuery(anomaliesQuery)
  return (
    <Section title="Unusual in the last day">
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <p className="max-w-[65ch] text-quiet">
          Nobody opened or took out far more than they usually do, or at an hour at which they are
          never seen.
        </p>
      )}
      <ul>
        {data?.items.map((one) => (
          <li key={`${one.person.id} ${one.kind} ${one.span} ${one.what} ${one.from}`}>
            <Link to="/ledger" search={{ person: one.person.id }} className="link">
              {lineOf(one.person.name ?? one.person.id, 100)}
            </Link>{' '}
            {wordsOf(one)}{' '}
            <span className="text-quiet">
              <When at={one.from} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function wordsOf({ kind, what, span, count, own, all }: Anomaly): string {
  if (kind === 'hour') return `was here at an hour at which they are never seen (${count}×).`
  const did = what === 'exports' ? 'took out' : 'opened'
  const usual =
    own === null
      ? `little is known of them; everybody’s median is ${grouped(all)}`
      : `their median is ${grouped(own)}`
  return `${did} ${counted(count, 'record')} in one ${span}; ${usual}.`
}
