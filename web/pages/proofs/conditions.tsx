import type { ProofRun } from '../../api/types.ts'
import { Digest, Fact } from '../../parts/facts.tsx'
import { isolationFactsOf } from '../../parts/isolation-words.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Section } from '../../ui/section.tsx'

/** How the run was held apart, and in what. */
export function Conditions({ run }: { readonly run: ProofRun }) {
  const { environment, worker, shown } = run
  return (
    <Section title="How it was run">
      <dl className="max-w-[75ch] grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
        {worker !== null && <Fact term="Worker">{lineOf(worker, 100)}</Fact>}
        {shown?.isolation &&
          isolationFactsOf(shown.isolation).map(([term, says]) => (
            <Fact key={term} term={term}>
              {lineOf(says, 300)}
            </Fact>
          ))}
        {shown?.isolation === null && <Fact term="Held apart by">Nothing ran</Fact>}
        {environment !== null && (
          <Fact term="Environment">
            <Digest text={environment} />
          </Fact>
        )}
      </dl>
    </Section>
  )
}
