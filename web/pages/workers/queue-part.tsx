import type { ProofQueue } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Section } from '../../ui/section.tsx'
import { grouped } from '../../ui/words.ts'
import { waitWords } from './words.ts'

/** What waits, for how long, and of whom. */
export function QueuePart({ queue }: { readonly queue: ProofQueue }) {
  const { waiting, oldestSeconds, organisations } = queue
  return (
    <Section title="What waits">
      <p>
        {waiting === 0 ? 'Nothing waits.' : `${grouped(waiting)} waiting`}
        {oldestSeconds !== null && `, the oldest for ${waitWords(oldestSeconds)}.`}{' '}
        <span className="text-quiet">Whoever hands in takes turns with all others who do.</span>
      </p>
      {organisations.length > 0 && (
        <table className="mt-2 w-full max-w-[720px] text-left">
          <caption className="spoken">By organisation</caption>
          <thead>
            <tr className="text-quiet">
              <th className="pr-4 font-normal">Handed in by</th>
              <th className="pr-4 text-right font-normal">Waiting</th>
              <th className="text-right font-normal">Running</th>
            </tr>
          </thead>
          <tbody>
            {organisations.map((one) => (
              <tr key={one.id} className="border-t border-rule">
                <th scope="row" className="py-1 pr-4 font-normal wrap-anywhere">
                  {lineOf(one.name, 200)}
                </th>
                <td className="pr-4 text-right">{grouped(one.waiting)}</td>
                <td className="text-right">{grouped(one.running)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}
