import { useState } from 'react'
import type { Engagement } from '../../api/types.ts'
import { Button } from '../../ui/button.tsx'
import { Section } from '../../ui/section.tsx'
import { said } from '../../ui/toast.tsx'
import { GoBack, useNameable, useSubmit } from './counter.tsx'
import { missing, Refused, useFocusOnWrong } from './offer.tsx'
import { wrongOf } from './places.ts'
import { Moment } from './plain-fields.tsx'
import { TermsFields } from './terms-fields.tsx'
import { fieldOf, momentOf, termsOf, typedTerms } from './typed.ts'
import { useSay } from './use-say.ts'

/** The developer takes something back of what was agreed: at once, alone, without a reason. */
export function NarrowForm({ engagement }: { readonly engagement: Engagement }) {
  const { id, agreed, access } = engagement
  const endsAt = 'endsAt' in access ? access.endsAt : ''
  const [typed, setTyped] = useState(agreed && typedTerms(agreed.terms))
  const [closesAt, setClosesAt] = useState(fieldOf(endsAt))
  const people = useNameable(engagement)
  const say = useSay(engagement)
  const { error, isBusy, submit } = useSubmit(id, async () => {
    const moment = closesAt === fieldOf(endsAt) ? endsAt : momentOf(closesAt)
    if (typed === null) return
    if (moment === null) throw missing([['/closesAt', 'Say when access ends.']])
    await say({ kind: 'narrow', terms: termsOf(typed), closesAt: moment })
    said('Taken back. It holds from this second on.')
  })
  const form = useFocusOnWrong(error)
  const wrong = wrongOf(error, [])
  if (typed === null) return null
  return (
    <Section title="Take something back" beside={<GoBack id={id} />}>
      <form ref={form} noValidate className="max-w-[56rem] space-y-4" onSubmit={submit}>
        <p className="max-w-[65ch] text-quiet">
          It holds at once, and nobody has to accept it. What would allow more than was agreed is
          refused: both sides agree to more.
        </p>
        <Moment
          label="Access ends (UTC)"
          about="At the latest when it ends now."
          value={closesAt}
          // The service says of the end, too, that it stands in the terms.
          error={wrong.at('/closesAt')}
          onValue={setClosesAt}
        />
        <TermsFields
          typed={typed}
          wrong={wrong}
          people={people.filter(([one]) => agreed?.terms.people.includes(one))}
          onTyped={(change) => setTyped({ ...typed, ...change })}
        />
        <Refused error={error} known={['/terms', '/closesAt']} within={[]} />
        <Button type="submit" look="main" disabled={isBusy}>
          Take it back
        </Button>
      </form>
    </Section>
  )
}
