import type { RunVerdict, VerdictNumbers } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { outcomeFaces } from '../../parts/runs/outcome-words.ts'
import { VerdictMark } from '../../parts/runs/verdict-mark.tsx'
import { Section } from '../../ui/section.tsx'
import { SampleLink } from './sample-link.tsx'

type FamiliesProps = { readonly numbers: VerdictNumbers; readonly word: RunVerdict['verdict'] }

/** What the verdict would be without each family of tasks: where it changes, it rests on that one. */
export function Families({ numbers: { withoutFamilies }, word }: FamiliesProps) {
  if (withoutFamilies.length === 0) return null
  return (
    <Section title="Without each family of tasks">
      <table className="text-left">
        <caption className="spoken">The verdict without each family</caption>
        <thead className="text-quiet">
          <tr>
            <th className="pr-8 font-normal">Without</th>
            <th className="pr-8 text-right font-normal">Tasks</th>
            <th className="pr-8 font-normal">Verdict</th>
          </tr>
        </thead>
        <tbody>
          {withoutFamilies.map(({ family, tasks, verdict }) => (
            <tr key={family} className="border-t border-rule">
              <th scope="row" className="py-0.5 pr-8 font-normal">
                {lineOf(family, 80)}
              </th>
              <td className="pr-8 text-right">{tasks}</td>
              <td className="pr-8">
                {verdict === null ? 'too few tasks are left' : <VerdictMark word={verdict} />}
                {verdict !== null && verdict !== word && (
                  <strong className="text-warn"> ! It rests on this family</strong>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}

type RecountsProps = { readonly run: string; readonly numbers: VerdictNumbers }

/** Samples that count otherwise than their verifier said, and who decided that. */
export function Recounts({ run, numbers: { recounts } }: RecountsProps) {
  if (recounts.length === 0) return null
  return (
    <Section title="Counted otherwise than the verifier said">
      <ul>
        {recounts.map(({ sample: { task, epoch }, by, was, is, reason }) => (
          <li key={`${task} ${epoch}`} className="border-t border-rule py-1">
            <SampleLink run={run} sample={{ task, epoch }} />: {outcomeFaces[was].word} counts as{' '}
            {outcomeFaces[is].word}, after a {by}: “{lineOf(reason, 500)}”
          </li>
        ))}
      </ul>
    </Section>
  )
}
