import { useQuery } from '@tanstack/react-query'
import type { Acceptance } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { When } from '../../ui/when.tsx'
import { counted } from '../../ui/words.ts'
import { acceptancesQuery, kindWords } from './words.ts'

/** Who has not accepted what is asked of them, and who accepted what. */
export function Acceptances() {
  const { data, error, refetch } = useQuery(acceptancesQuery)
  const items = data?.items ?? []
  const missing = items.filter(({ acceptedAt }) => acceptedAt === null).length
  return (
    <Section title="Who accepted">
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {data && (
        <p className="max-w-[65ch] text-quiet">
          {missing === 0
            ? 'Nobody has anything left to accept.'
            : `${counted(missing, 'acceptance')} missing; those come first.`}
        </p>
      )}
      {items.length > 0 && (
        <table className="mt-2 w-full text-left">
          <thead>
            <tr className="text-quiet">
              <th className="pr-4 font-normal">Person</th>
              <th className="pr-4 font-normal">Agreement</th>
              <th className="pr-4 font-normal">Accepted</th>
            </tr>
          </thead>
          <tbody>
            {items.map((one) => (
              <Row
                key={`${one.person.id}${one.organisation.id}${one.kind}${one.version}`}
                one={one}
              />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}

const Row = ({ one: { person, organisation, kind, version, acceptedAt } }: { one: Acceptance }) => (
  <tr className="border-t border-rule align-baseline">
    <th scope="row" className="py-1 pr-4 font-normal wrap-anywhere">
      <span className="font-semibold">{lineOf(person.name, 100)}</span>
      <span className="block text-quiet">{lineOf(organisation.name, 100)}</span>
    </th>
    <td className="pr-4">
      {kindWords[kind].word} {version}
    </td>
    <td className="pr-4">
      {acceptedAt === null ? (
        <span className="text-warn">● Not yet</span>
      ) : (
        <When at={acceptedAt} />
      )}
    </td>
  </tr>
)
