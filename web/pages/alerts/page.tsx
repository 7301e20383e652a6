import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { acknowledgeAlert, liftReadStop, listAlerts, listReadStops } from '../../api/client.ts'
import { sessionQuery } from '../../api/queries.ts'
import { useMay } from '../../app/may.ts'
import { FormDialog, WhyField } from '../../parts/actions/form.tsx'
import { lineOf } from '../../parts/outside-text.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { PageBody, PageHead } from '../../ui/page-head.tsx'
import { Section } from '../../ui/section.tsx'
import { said } from '../../ui/toast.tsx'
import { AlertTable } from './alert-table.tsx'
import { Budgets } from './budgets.tsx'
import { HoneyPart } from './honey.tsx'
import { StopTable } from './stop-table.tsx'

const alertsQuery = queryOptions({
  queryKey: ['alerts'],
  queryFn: ({ signal }) => listAlerts(signal),
})
const stopsQuery = queryOptions({
  queryKey: ['read-stops'],
  queryFn: ({ signal }) => listReadStops(signal),
})

type Asked = { readonly to: 'acknowledge' | 'lift'; readonly id: string; readonly name: string }

/** What is unusual in who opens how much, and who may open nothing more. */
export function AlertsPage() {
  const alerts = useQuery(alertsQuery)
  const stops = useQuery(stopsQuery)
  const { data: session } = useQuery(sessionQuery)
  const mayAdminister = useMay('administer')
  const [asked, setAsked] = useState<Asked | null>(null)
  const me = session?.person.id ?? ''
  const open = alerts.data?.items.filter(({ acknowledged }) => acknowledged === null) ?? []
  const past = alerts.data?.items.filter(({ acknowledged }) => acknowledged !== null) ?? []
  return (
    <>
      <PageHead
        title="Alerts"
        about="Who opened unusually much, at an unusual hour, or a honey case. Look into each and say what came of it."
      />
      <PageBody>
        {alerts.error && <ReadFailed error={alerts.error} retry={() => void alerts.refetch()} />}
        {stops.error && <ReadFailed error={stops.error} retry={() => void stops.refetch()} />}
        {stops.data && stops.data.items.length > 0 && (
          <Section title="Stopped">
            <StopTable
              stops={stops.data.items}
              mayLift={(person) => mayAdminister && person !== me}
              onLift={(id, name) => setAsked({ to: 'lift', id, name })}
            />
          </Section>
        )}
        {alerts.data && (
          <Section title="To be looked into">
            {open.length === 0 ? (
              <p className="text-quiet">Nothing. What is unusual shows here within a minute.</p>
            ) : (
              <AlertTable
                alerts={open}
                me={me}
                onAcknowledge={(id, name) => setAsked({ to: 'acknowledge', id, name })}
              />
            )}
          </Section>
        )}
        {past.length > 0 && (
          <Section title="Looked into">
            <AlertTable alerts={past} me={me} />
          </Section>
        )}
        <HoneyPart />
        {mayAdminister && <Budgets />}
        {asked && <Ask asked={asked} onClose={() => setAsked(null)} />}
      </PageBody>
    </>
  )
}

/** One line, as it stands in the ledger. */
const reasonOf = (typed: string): string => typed.trim().replaceAll(/\s+/g, ' ').slice(0, 500)

const words = {
  acknowledge: {
    title: (name: string) => `What came of the alert about ${name}?`,
    about: 'Recorded with your name. The alert moves to those that were looked into.',
    label: 'What came of it',
    does: 'Acknowledge',
    done: 'Acknowledged.',
  },
  lift: {
    title: (name: string) => `Let ${name} go on?`,
    about: 'They can open cases and proofs again at once, and their budgets begin anew.',
    label: 'Reason',
    does: 'Let them go on',
    done: 'They can go on.',
  },
} as const

function Ask({ asked, onClose }: { readonly asked: Asked; readonly onClose: () => void }) {
  const queries = useQueryClient()
  const [why, setWhy] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  const { title, about, label, does, done } = words[asked.to]
  const run = async (): Promise<void> => {
    await (asked.to === 'lift' ? liftReadStop : acknowledgeAlert)(asked.id, reasonOf(why))
    await queries.invalidateQueries({ queryKey: ['alerts'] })
    await queries.invalidateQueries({ queryKey: ['read-stops'] })
    said(done)
  }
  return (
    <FormDialog
      title={title(lineOf(asked.name, 60))}
      about={about}
      does={does}
      missing={why.trim() === '' ? 'Say why.' : null}
      run={run}
      onClose={onClose}
      focus={field}
    >
      <WhyField label={label} value={why} onValue={setWhy} isRequired field={field} />
    </FormDialog>
  )
}
