import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { lookAtRun } from '../../api/evaluations.ts'
import type { OutcomeCounts, Run } from '../../api/types.ts'
import { outcomeList } from '../../parts/runs/outcome-list.ts'
import { OutcomeMark } from '../../parts/runs/outcome-mark.tsx'
import { outcomeFaces } from '../../parts/runs/outcome-words.ts'
import { runQuery } from '../../parts/runs/queries.ts'
import { AskOnce } from '../../ui/ask-once.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { counted, grouped, percent } from '../../ui/words.ts'

/** How the attempts ended, every outcome with its count; none is left out, none is hidden. */
export function Outcomes({ run }: { readonly run: Run }) {
  const [looked, setLooked] = useState<OutcomeCounts | null>(null)
  const outcomes = run.outcomes ?? looked
  return (
    <Section title="Outcomes" beside={<Looks run={run} />}>
      {outcomes === null ? (
        <NotYet run={run} onLooked={setLooked} />
      ) : (
        <Counts outcomes={outcomes} of={run.expected.samples} />
      )}
    </Section>
  )
}

const Looks = ({ run: { looks } }: { readonly run: Run }) => (
  <span className="text-quiet">
    {looks === 0
      ? 'Nobody looked while it was open.'
      : `${counted(looks, 'look')} while it was open.`}
  </span>
)

type NotYetProps = { readonly run: Run; readonly onLooked: (outcomes: OutcomeCounts) => void }

function NotYet({ run, onLooked }: NotYetProps) {
  const queries = useQueryClient()
  const [isAsking, setIsAsking] = useState(false)
  const look = async (): Promise<void> => {
    onLooked((await lookAtRun(run.id, true)).outcomes)
    void queries.invalidateQueries({ queryKey: runQuery(run.id).queryKey })
  }
  return (
    <Notice>
      <div className="flex flex-wrap items-center gap-3">
        <p className="max-w-[75ch] grow">
          One look at the end was declared, so that results are shown when the run is closed. They
          count for nothing if somebody looks before.
        </p>
        <Button onClick={() => setIsAsking(true)}>Look all the same</Button>
      </div>
      {isAsking && (
        <AskOnce
          title="Look at running results?"
          about="Your look is written down for both sides. After it no verdict can come of this run, and that cannot be undone."
          does="Look, and give up the verdict"
          keeps="Wait for the end"
          run={look}
          onClose={() => setIsAsking(false)}
        />
      )}
    </Notice>
  )
}

type CountsProps = { readonly outcomes: OutcomeCounts; readonly of: number }

function Counts({ outcomes, of }: CountsProps) {
  const counted = outcomeList.reduce((sum, one) => sum + outcomes[one], 0)
  const open = Math.max(0, of - counted)
  return (
    <table className="w-full max-w-[900px] text-left">
      <caption className="spoken">Attempts by outcome, of {grouped(of)} declared</caption>
      <thead className="spoken">
        <tr>
          <th>Outcome</th>
          <th>Attempts</th>
          <th>Share of those declared</th>
          <th>How it counts</th>
        </tr>
      </thead>
      <tbody>
        {outcomeList.map((one) => (
          <tr key={one} className="hover:bg-hover">
            <th scope="row" className="w-52 py-0.5 pr-3 font-normal">
              <OutcomeMark outcome={one} />
            </th>
            <td className="w-14 pr-3 text-right font-semibold">{grouped(outcomes[one])}</td>
            <td className="w-14 pr-3 text-right text-quiet">{percent(outcomes[one] / of)}</td>
            <td className="text-quiet max-rail:hidden">{outcomeFaces[one].about}</td>
          </tr>
        ))}
        <tr className="border-t border-rule">
          <th scope="row" className="py-0.5 font-normal text-quiet">
            Still to come
          </th>
          <td className="pr-3 text-right">{grouped(open)}</td>
          <td className="pr-3 text-right text-quiet">{percent(open / of)}</td>
          <td className="text-quiet max-rail:hidden">Of {grouped(of)} declared attempts.</td>
        </tr>
      </tbody>
    </table>
  )
}
