import type { Alert } from '../../api/types.ts'
import { caseName } from '../../parts/case-name.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { useRowKeys } from '../../parts/row-keys.ts'
import { Button } from '../../ui/button.tsx'
import { dateOf } from '../../ui/when.tsx'
import { counted } from '../../ui/words.ts'

type AlertTableProps = {
  readonly alerts: readonly Alert[]
  /** The id of whoever looks: nobody looks into what is about themselves. */
  readonly me: string
  readonly onAcknowledge?: (id: string, name: string) => void
}

export function AlertTable({ alerts, me, onAcknowledge }: AlertTableProps) {
  const ref = useRowKeys<HTMLTableElement>(onAcknowledge ? 'Alerts' : 'Past alerts')
  return (
    <table ref={ref} className="w-full max-w-[70rem] text-left">
      <thead>
        <tr className="text-quiet">
          <th className="pr-4 font-normal">Who</th>
          <th className="pr-4 font-normal">What</th>
          <th className="pr-4 font-normal max-rail:hidden">When</th>
          <th>{onAcknowledge ? <span className="spoken">Action</span> : 'Outcome'}</th>
        </tr>
      </thead>
      <tbody>
        {alerts.map((alert) => (
          <tr key={alert.id} data-row className="border-t border-rule align-top">
            <td className="py-2 pr-4">
              {lineOf(alert.person.name, 60)}
              {alert.token && (
                <span className="block text-small text-quiet">
                  by the token {lineOf(alert.token.name, 60)}
                </span>
              )}
            </td>
            <td className="py-2 pr-4">
              {whatOf(alert)}
              <span className="rail:hidden block text-small text-quiet">{whenOf(alert)}</span>
            </td>
            <td className="py-2 pr-4 max-rail:hidden">{whenOf(alert)}</td>
            <td className="py-2">
              {onAcknowledge && alert.person.id === me && (
                <span className="text-quiet">About yourself</span>
              )}
              {onAcknowledge && alert.person.id !== me && (
                <Button onClick={() => onAcknowledge(alert.id, alert.person.name)}>
                  Acknowledge
                  <span className="spoken"> the alert about {lineOf(alert.person.name, 60)}</span>
                </Button>
              )}
              {alert.acknowledged && (
                <>
                  {lineOf(alert.acknowledged.reason, 300)}
                  <span className="block text-small text-quiet">
                    {lineOf(alert.acknowledged.by, 60)}, {dateOf(alert.acknowledged.at)}
                  </span>
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function whatOf({ kind, seen, usual, case: of }: Alert): string {
  if (kind === 'honey') return `Opened the honey case ${of === null ? '' : caseName(of)}`
  const opened = `${counted(seen, 'opening')} in an hour`
  return kind === 'hour'
    ? `At an hour at which they never work: ${opened}`
    : `${opened}, where ${usual === 0 ? 'none is' : `${usual} are`} usual`
}

function whenOf({ beganAt, lastedTo }: Alert): string {
  return beganAt === lastedTo
    ? `the hour from ${dateOf(beganAt)}`
    : `from ${dateOf(beganAt)} to the hour of ${dateOf(lastedTo)}`
}
