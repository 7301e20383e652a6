import type { Case, PriorityInput } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { decisionWord } from '../../parts/words.ts'
import { Section } from '../../ui/section.tsx'

const fromWords: Readonly<Record<PriorityInput['from'], readonly [sign: string, word: string]>> = {
  given: ['●', 'given'],
  derived: ['◐', 'derived'],
  default: ['○', 'assumed'],
}

/** Why the case stands where it stands: the outcome, every input, and where each came from. */
export function Priority({ found }: { readonly found: Case }) {
  const { deployer, coordinator, inputs, rules } = found.priority
  const assumed = inputs.filter(({ from }) => from === 'default').length
  return (
    <Section title="Why it stands here">
      <p className="max-w-[75ch]">
        {decisionWord(deployer)} by SSVC for whoever runs the software; CISA's word for it is{' '}
        {lineOf(coordinator, 60)}.{' '}
        {assumed > 0 &&
          `${assumed} of ${inputs.length} inputs are assumed, because nobody gave them and nothing implies them.`}
      </p>
      <div className="mt-2">
        <table className="w-full text-left">
          <thead className="text-quiet">
            <tr>
              <th className="pr-4 font-normal">Input</th>
              <th className="pr-4 font-normal">Value</th>
              <th className="pr-4 font-normal">Comes from</th>
              <th className="font-normal max-rail:hidden">Because</th>
            </tr>
          </thead>
          <tbody>
            {inputs.map((input) => (
              <Input key={`${input.name} ${input.value} ${input.because}`} input={input} />
            ))}
          </tbody>
        </table>
      </div>
      <p className="mt-2 text-small text-quiet">{lineOf(rules.join('; '), 600)}</p>
    </Section>
  )
}

function Input({ input: { name, value, from, because } }: { readonly input: PriorityInput }) {
  const [sign, word] = fromWords[from]
  return (
    <tr className="align-baseline">
      <th scope="row" className="py-0.5 pr-4 font-normal">
        {lineOf(name, 80)}
      </th>
      <td className="pr-4 font-medium">
        {lineOf(value, 80)}
        <span className="block font-normal wrap-anywhere text-quiet rail:hidden">
          {lineOf(because, 300)}
        </span>
      </td>
      <td className="pr-4 whitespace-nowrap">
        <span aria-hidden="true">{sign}</span> {word}
      </td>
      <td className="wrap-anywhere text-quiet max-rail:hidden">{lineOf(because, 300)}</td>
    </tr>
  )
}
