import { useQuery, useQueryClient } from '@tanstack/react-query'
import { respondToRun } from '../../api/results.ts'
import type { Run } from '../../api/types.ts'
import { Prose } from '../../parts/outside-text.tsx'
import { Person } from '../../parts/runs/person.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { When } from '../../ui/when.tsx'
import { responsesQuery } from './queries.ts'
import { Say, useSide } from './say.tsx'

/** What the developer says to the results, as they said it. */
export function Responses({ run }: { readonly run: Run }) {
  const queries = useQueryClient()
  const side = useSide(run)
  const { data, error, refetch } = useQuery(responsesQuery(run.id))
  const respond = async (text: string): Promise<void> => {
    queries.setQueryData(responsesQuery(run.id).queryKey, await respondToRun(run.id, text))
  }
  return (
    <Section title="The developer’s response">
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {data?.items.length === 0 && <p className="text-quiet">The developer has not responded.</p>}
      {data?.items.map(({ at, person, text }) => (
        <div key={at} className="border-t border-rule py-1">
          <p className="text-quiet">
            <Person id={person} />, <When at={at} />
          </p>
          <Prose text={text} />
        </div>
      ))}
      {side === 'developer' && (
        <Say
          summary="Respond"
          label="Response"
          about="It stands beside the verdict wherever that is shown."
          does="Respond"
          run={respond}
        />
      )}
    </Section>
  )
}
