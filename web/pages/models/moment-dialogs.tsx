import { useState } from 'react'
import type { Engagement } from '../../api/types.ts'
import { FormDialog } from '../../parts/actions/form.tsx'
import { said } from '../../ui/toast.tsx'
import { dateOf } from '../../ui/when.tsx'
import { wrongOf } from './places.ts'
import { Moment } from './plain-fields.tsx'
import { fieldOf, momentOf } from './typed.ts'
import { useSay } from './use-say.ts'

type MomentDialogProps = { readonly engagement: Engagement; readonly onClose: () => void }

/** The developer lets evaluators go on, past the release if it likes; never past day 30. */
export function ExtendDialog({ engagement, onClose }: MomentDialogProps) {
  const say = useSay(engagement)
  const { access } = engagement
  const [until, setUntil] = useState('endsAt' in access ? fieldOf(access.endsAt) : '')
  const [refused, setRefused] = useState<unknown>(null)
  const moment = momentOf(until)
  const run = async (): Promise<unknown> => {
    if (moment === null) return null
    try {
      await say({ kind: 'extend', until: moment })
    } catch (error) {
      setRefused(error)
      return error
    }
    said(`Access goes on until ${dateOf(moment)}.`)
    return null
  }
  return (
    <FormDialog
      title="Let it go on longer?"
      about="From now on the window ends at that second whatever becomes of the release, and never later than 30 days after it opened. You can still leave before, at any second."
      does="Let it go on"
      missing={moment === null ? 'Say until when.' : null}
      run={run}
      onClose={onClose}
    >
      <Moment
        label="Until (UTC)"
        about="The end itself is outside."
        value={until}
        error={wrongOf(refused, []).at('/until')}
        onValue={setUntil}
      />
    </FormDialog>
  )
}

/** When the developer plans to release: a fact that it states, in every state. */
export function PlanDialog({ engagement, onClose }: MomentDialogProps) {
  const say = useSay(engagement)
  const { plannedReleaseAt, access } = engagement
  const [planned, setPlanned] = useState(fieldOf(plannedReleaseAt))
  const moment = momentOf(planned)
  const isSooner = moment !== null && 'endsAt' in access && moment < access.endsAt
  const run = async (): Promise<void> => {
    if (moment === null) return
    await say({ kind: 'plan-release', plannedAt: moment })
    said(`The planned release is ${dateOf(moment)}.`)
  }
  return (
    <FormDialog
      title="When do you plan to release it?"
      about="A plan that you state: nobody answers it, and nothing waits for it."
      does="That is the plan"
      missing={moment === null ? 'Say when.' : null}
      run={run}
      onClose={onClose}
    >
      <Moment
        label="Planned release (UTC)"
        about={
          isSooner && engagement.agreed?.endsWithRelease === true
            ? 'That is before the window ends: it then ends with the release.'
            : 'A plan that moves later moves no window.'
        }
        value={planned}
        onValue={setPlanned}
      />
    </FormDialog>
  )
}
