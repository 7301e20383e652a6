import { useState } from 'react'
import { proposePartner, sayOfPartner } from '../../api/engagements.ts'
import type { Engagement, Partner, PartnerWish } from '../../api/types.ts'
import { FormDialog } from '../../parts/actions/form.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { tierWords } from '../../parts/partner-words.ts'
import { said } from '../../ui/toast.tsx'
import { wrongOf } from './places.ts'
import { Lines, Moment, Text, Whole } from './plain-fields.tsx'
import { OneOf } from './terms-fields.tsx'
import { fieldOf, momentOf } from './typed.ts'

type NamePartnerProps = {
  readonly engagement: Engagement
  readonly onChanged: () => Promise<unknown>
  readonly onClose: () => void
}

const accountsOf = (text: string): string[] => text.split(/\s+/).filter((one) => one !== '')
const quarterMs = 90 * 86_400_000

type Typed = {
  readonly organisation: string
  readonly tier: PartnerWish['tier']
  readonly users: string
  readonly usersMax: string
  readonly endsAt: string
}

/** Either side names an organisation; the other agrees to the same, or does not. */
export function NamePartner({ engagement, onChanged, onClose }: NamePartnerProps) {
  const [typed, setTyped] = useState<Typed>({
    ...{ organisation: '', tier: 'defence', users: '', usersMax: '25' },
    endsAt: fieldOf(new Date(Date.parse(engagement.plannedReleaseAt) + quarterMs).toISOString()),
  })
  const [refused, setRefused] = useState<unknown>(null)
  const put = (change: Partial<Typed>): void => setTyped({ ...typed, ...change })
  const wrong = wrongOf(refused, [])
  const { organisation, tier, users, usersMax, endsAt } = typed
  const moment = momentOf(endsAt)
  const run = async (): Promise<unknown> => {
    const wish = { organisation: organisation.trim(), tier, users: accountsOf(users) }
    try {
      await proposePartner(engagement.id, {
        ...{ ...wish, usersMax: Number(usersMax) || 0, endsAt: moment ?? '' },
      })
    } catch (error) {
      setRefused(error)
      return error
    }
    await onChanged()
    said(`${lineOf(wish.organisation, 60)} is named. It waits for the other side’s word.`)
    return null
  }
  return (
    <FormDialog
      title="Which organisation do you name?"
      about="Both sides see it. Nothing starts by naming it."
      does="Name it"
      missing={
        organisation.trim() === ''
          ? 'Name the organisation.'
          : moment === null
            ? 'Say until when.'
            : null
      }
      run={run}
      onClose={onClose}
    >
      <Text
        label="Organisation"
        about=""
        value={organisation}
        error={wrong.at('/organisation')}
        onValue={(value) => put({ organisation: value })}
      />
      <OneOf
        label="Kind"
        about={tierAbout[tier]}
        words={tierWords}
        value={tier}
        error={wrong.at('/tier')}
        onValue={(value) => put({ tier: value })}
      />
      <Whole
        label="People at most"
        about="25, or fewer."
        value={usersMax}
        error={wrong.at('/usersMax')}
        onValue={(value) => put({ usersMax: value })}
      />
      <UsersField
        value={users}
        error={wrong.at('/users')}
        onValue={(value) => put({ users: value })}
      />
      <Moment
        label="Ends (UTC)"
        about="Access of its people ends by itself at that second."
        value={endsAt}
        error={wrong.at('/endsAt')}
        onValue={(value) => put({ endsAt: value })}
      />
    </FormDialog>
  )
}

const tierAbout: Readonly<Record<PartnerWish['tier'], string>> = {
  defence: 'Defends systems of its own.',
  'red-team': 'Attacks systems of its own, or with their owners’ leave.',
  specialised: 'Works on grids, aviation, telecommunication or interbank systems.',
}

type UsersFieldProps = {
  readonly value: string
  readonly error: string
  readonly onValue: (value: string) => void
}

const UsersField = ({ value, error, onValue }: UsersFieldProps) => (
  <Lines
    label="Its people"
    about="Ids of their accounts here, such as person_…, one a line. Each of them finds it on their page Early access and tells it to you: who has an account here is shown to nobody else. They can be named later."
    value={value}
    error={error}
    onValue={onValue}
  />
)

type NameUsersProps = Omit<NamePartnerProps, 'engagement'> & { readonly partner: Partner }

/** Who of a partner may have the model: whoever is not named gets nothing. */
export function NameUsers({ partner, onChanged, onClose }: NameUsersProps) {
  const [users, setUsers] = useState(partner.users.join('\n'))
  const [refused, setRefused] = useState<unknown>(null)
  const run = async (): Promise<unknown> => {
    try {
      await sayOfPartner(partner.id, { kind: 'users', users: accountsOf(users) })
    } catch (error) {
      setRefused(error)
      return error
    }
    await onChanged()
    said('Its people are those now.')
    return null
  }
  return (
    <FormDialog
      title={`Who of ${lineOf(partner.organisation, 60)}?`}
      about={`${partner.usersMax} people at most. Whoever is taken off the list has nothing from this second on.`}
      does="These people"
      missing={null}
      run={run}
      onClose={onClose}
    >
      <UsersField value={users} error={wrongOf(refused, []).at('/users')} onValue={setUsers} />
    </FormDialog>
  )
}
