import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { engagementsQuery } from '../../api/queries.ts'
import type { Pack } from '../../api/types.ts'
import { AskForm } from '../../parts/ask-form.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { Person } from '../../parts/runs/person.tsx'
import { Field } from '../../ui/field.tsx'
import { Section } from '../../ui/section.tsx'
import { ShowMore } from '../../ui/show-more.tsx'
import { When } from '../../ui/when.tsx'
import { pairsOf } from './words.ts'

/** Who was let fetch the key of two holders, by whom, for which engagement, and until when. */
export function Openings({ pack }: { readonly pack: Pack }) {
  const { openings, holders, mayQuery } = pack
  const names = new Map(pairsOf(holders ?? []))
  return (
    <Section title="Opening by two people">
      <p className="max-w-[75ch] text-quiet">
        Its key is given out to one person once another agreed, and only while a window of access is
        to come or open. Two holders then open the pack together, on the machine of the run.
      </p>
      {openings.length === 0 ? (
        <p className="mt-1">Nobody was let fetch a key.</p>
      ) : (
        <ul className="mt-1">
          {openings.map((one) => (
            <li key={one.approval} className="border-t border-rule py-1">
              <Person id={one.person} />, with the key of{' '}
              {lineOf(names.get(one.pair) ?? one.pair, 100)}: granted by{' '}
              <Person id={one.grantedBy} />, <When at={one.grantedAt} />; to fetch until{' '}
              <When at={one.until} />.{' '}
              <Link to="/approvals/$id" params={{ id: one.approval }} className="link">
                The approval
              </Link>
            </li>
          ))}
        </ul>
      )}
      {mayQuery && holders !== null && <AskToOpen pack={pack} />}
    </Section>
  )
}

function AskToOpen({ pack: { id, holders } }: { readonly pack: Pack }) {
  const listed = useInfiniteQuery(engagementsQuery)
  const own = (listed.data?.pages.flatMap(({ items }) => items) ?? []).filter(
    ({ side, access }) => side === 'evaluator' && ['before', 'open', 'paused'].includes(access.is),
  )
  const pairs = pairsOf(holders ?? [])
  const [pair, setPair] = useState(pairs[0]?.[0] ?? '')
  const [engagement, setEngagement] = useState('')
  return (
    <AskForm
      summary="Ask to fetch a key"
      wish={{ kind: 'pack.open', request: { pack: id, engagement, pair } }}
      missing={engagement === '' ? 'Say for which engagement.' : null}
    >
      <Field label="Engagement" about="The pack has to be declared under it.">
        {(given) => (
          <select
            {...given}
            value={engagement}
            onChange={({ target }) => setEngagement(target.value)}
          >
            <option value="">{own.length === 0 ? 'None is open or to come' : 'Choose'}</option>
            {own.map(({ id: one, model, developer }) => (
              <option key={one} value={one}>
                {lineOf(`${model.name} ${model.version} of ${developer.name}`, 200)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <ShowMore words="Look among older offers too" of={listed} />
      <Field label="Holders" about="Whose key it is: these two open the pack together.">
        {(given) => (
          <select {...given} value={pair} onChange={({ target }) => setPair(target.value)}>
            {pairs.map(([value, names]) => (
              <option key={value} value={value}>
                {lineOf(names, 100)}
              </option>
            ))}
          </select>
        )}
      </Field>
    </AskForm>
  )
}
