import { useQuery } from '@tanstack/react-query'
import type { Engagement } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { When } from '../../ui/when.tsx'
import { counted } from '../../ui/words.ts'
import { closingsQuery } from './gateway-queries.ts'

/** Proofs that access ended, one of each gateway that passed any. */
export function Closings({ engagement }: { readonly engagement: Engagement }) {
  const { data, error, refetch } = useQuery(closingsQuery(engagement.id))
  return (
    <Section title="Proofs that access ended">
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {data?.items.length === 0 && (
        <p className="max-w-[65ch] text-quiet">
          None. Each gateway that passed a request writes one when it has cut what was on its way
          and destroyed the credential; no gateway passed any yet, or it has not ended.
        </p>
      )}
      <ul>
        {data?.items.map((one) => (
          <li key={one.node} className="border-t border-rule py-1.5 first:border-t-0">
            <p>
              <strong>✓ Gateway {lineOf(one.node, 60)}</strong> ended access{' '}
              <When at={one.closedAt} /> and was done <When at={one.doneAt} />.
            </p>
            <p className="text-quiet">
              {counted(one.cutStreams, 'answer')} cut, {counted(one.entries, 'entry')} in its log,
              the last request{' '}
              {one.lastRequest === null ? 'never came' : <When at={one.lastRequest.receivedAt} />}.
            </p>
            <p className="font-mono text-small text-quiet wrap-anywhere">
              End of its chain {one.chainHead}
            </p>
          </li>
        ))}
      </ul>
    </Section>
  )
}
