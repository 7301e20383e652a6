import type { Declaration, VerdictNumbers } from '../../api/types.ts'
import { outcomeList } from '../../parts/runs/outcome-list.ts'
import { OutcomeMark } from '../../parts/runs/outcome-mark.tsx'
import { outcomeFaces } from '../../parts/runs/outcome-words.ts'
import { Section } from '../../ui/section.tsx'
import { counted, grouped } from '../../ui/words.ts'

type MissingProps = { readonly numbers: VerdictNumbers; readonly declaration: Declaration }

/** How the attempts ended as they count: none is left out, refusals and exhaustions stand apart. */
export function Missing({ numbers, declaration }: MissingProps) {
  const { outcomes, waiting, overBudget, earlierLooks, isMissingSome, tasks } = numbers
  return (
    <Section title="Outcomes as they count">
      <table className="text-left">
        <caption className="spoken">Attempts by outcome, as they count</caption>
        <tbody>
          {outcomeList.map((one) => (
            <tr key={one} className="hover:bg-hover">
              <th scope="row" className="w-52 py-0.5 pr-3 font-normal">
                <OutcomeMark outcome={one} />
              </th>
              <td className="w-14 pr-4 text-right font-semibold">{grouped(outcomes[one] ?? 0)}</td>
              <td className="text-quiet max-rail:hidden">{outcomeFaces[one].about}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-2 max-w-[75ch]">
        {isMissingSome
          ? 'Some outcomes are missing: COVERED and NOT SHOWN stand only if they are the same with all of them failed and all of them solved.'
          : 'No outcome is missing.'}{' '}
        {waiting > 0 &&
          `Tasks that wait for one before them in the declared order, and are not judged yet: ${grouped(waiting)}. `}
        {overBudget > 0 &&
          `Successes beyond the budget that count as exhausted: ${grouped(overBudget)}. `}
        {earlierLooks === 0
          ? 'Nobody looked at the results before.'
          : `They were looked at ${counted(earlierLooks, 'time')} before.`}
      </p>
      <p className="max-w-[75ch] text-quiet">
        Tasks tried:{' '}
        {declaration.strata
          .map(({ name, tasksMax }, at) => `${name} ${tasks[at] ?? 0} of ${tasksMax}`)
          .join(', ')}
        .
      </p>
    </Section>
  )
}
