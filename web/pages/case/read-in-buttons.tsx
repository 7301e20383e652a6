import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { loadable } from '../../ui/loadable.ts'
import { Opening } from '../../ui/opening.tsx'

const readIns = loadable(() => import('./read-ins.tsx'))
const plan = loadable(() => import('./plan-dialog.tsx'))

/** Who is read in to the case, and what their tiers see of it. */
export function ReadInButtons({ id }: { readonly id: string }) {
  const [open, setOpen] = useState<'read-ins' | 'plan' | null>(null)
  const people = readIns.use(open === 'read-ins')
  const planned = plan.use(open === 'plan')
  const close = (): void => setOpen(null)
  return (
    <>
      <Button look="quiet" onClick={() => setOpen('read-ins')}>
        Read-ins
      </Button>
      <Button look="quiet" onClick={() => setOpen('plan')}>
        Fix and dates
      </Button>
      {open !== null && !people && !planned && <Opening />}
      {people && <people.ReadIns id={id} onClose={close} />}
      {planned && <planned.PlanDialog id={id} onClose={close} />}
    </>
  )
}
