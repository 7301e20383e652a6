import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { askFactor, listFactors } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import type { FactorAsked } from '../../api/types.ts'
import { useMay } from '../../app/may.ts'
import { roleWords } from '../../parts/role-words.ts'
import { ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { complain, said } from '../../ui/toast.tsx'

const factorsQuery = queryOptions({
  queryKey: ['factors'],
  queryFn: ({ signal }) => listFactors(signal),
})

const factorWords: Readonly<Record<FactorAsked['asks'], string>> = {
  any: 'Any way in',
  'phishing-resistant': 'A passkey, or as good at the provider',
}

const isAsked = (text: string): text is FactorAsked['asks'] => Object.hasOwn(factorWords, text)

/** Of which roles a way of signing in is asked that cannot be phished. */
export function Factors() {
  const { data, error, refetch } = useQuery(factorsQuery)
  const queries = useQueryClient()
  const mayAdminister = useMay('administer')
  const ask = (role: FactorAsked['role'], asks: string): void => {
    if (!isAsked(asks)) return
    askFactor({ role, asks }).then(
      async () => {
        said(`${roleWords[role].word}: ${factorWords[asks].toLowerCase()}.`)
        await queries.invalidateQueries()
      },
      (failed: unknown) => complain(saysOf(failed)),
    )
  }
  return (
    <Section title="Signing in">
      <p className="mb-2 max-w-[65ch] text-quiet">
        Who lacks what their role is asked for reaches only their profile, also in sessions that are
        open now.
      </p>
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {data?.items.map(({ role, asks }) => (
        <div key={role} className="flex flex-wrap items-center gap-x-3 py-1">
          <span className="w-24">{roleWords[role].word}</span>
          {mayAdminister ? (
            <select
              aria-label={`What a ${roleWords[role].word.toLowerCase()} is asked for`}
              className="field max-w-full"
              value={asks}
              onChange={({ target }) => ask(role, target.value)}
            >
              {Object.entries(factorWords).map(([value, word]) => (
                <option key={value} value={value}>
                  {word}
                </option>
              ))}
            </select>
          ) : (
            <span>{factorWords[asks]}</span>
          )}
        </div>
      ))}
    </Section>
  )
}
