import type { Partner } from '../api/types.ts'
import { When } from '../ui/when.tsx'
import { counted } from '../ui/words.ts'
import { lineOf } from './outside-text.tsx'
import { egressWord, partnerStates, tierWords } from './partner-words.ts'

/** A trusted partner: who, where it stands, until when, and under which rule. */
export function PartnerFacts({ partner }: { readonly partner: Partner }) {
  const { organisation, tier, state, users, usersMax, names, rule } = partner
  const { sign, word, tone } = partnerStates[state]
  const people = users.map((id) => lineOf(names[id] ?? id, 60))
  return (
    <>
      <p>
        <strong className="wrap-anywhere">{lineOf(organisation, 100)}</strong>{' '}
        <span className={tone}>
          <span aria-hidden="true">{sign}</span> {word}
        </span>
      </p>
      <p className="text-quiet wrap-anywhere">
        {tierWords[tier]}: {rule.what.toLowerCase()}. {egressWord(rule.egress)}; credentials live{' '}
        {counted(rule.credentialHoursMax, 'hour')} at most.
      </p>
      <p className="wrap-anywhere">
        {people.length === 0 ? 'Nobody is named yet' : people.join(' · ')}{' '}
        <span className="text-quiet">
          ({users.length} of {usersMax} people)
        </span>
      </p>
      <p className="text-quiet">
        {partner.startedAt !== null && (
          <>
            Started <When at={partner.startedAt} />.{' '}
          </>
        )}
        {partner.endedAt === null ? (
          <>
            Ends <When at={partner.endsAt} />.
          </>
        ) : (
          <>
            Ended <When at={partner.endedAt} />.
          </>
        )}
      </p>
    </>
  )
}
