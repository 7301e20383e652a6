import { useEffect, useState } from 'react'
import { clockNow } from './clock.ts'
import { dateOf } from './when.tsx'

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** From here on seconds count. */
const nearMs = dayMs
/** What browsers wait for at most. */
const timerMsMax = 2 ** 31 - 1

/** The time left in words: to the second when it is near, otherwise to the hour. */
function leftOf(ms: number): string {
  if (ms <= 0) return 'now'
  const parts = [
    [Math.floor(ms / dayMs), 'd'],
    [Math.floor((ms % dayMs) / hourMs), 'h'],
    [Math.floor((ms % hourMs) / minuteMs), 'min'],
    [Math.floor((ms % minuteMs) / secondMs), 's'],
  ] as const
  const shown = ms >= nearMs ? parts.slice(0, 2) : parts
  const first = shown.findIndex(([count]) => count > 0)
  const rest = first < 0 ? shown.slice(-1) : shown.slice(first)
  return rest.map(([count, unit]) => `${count} ${unit}`).join(' ')
}

type CountdownProps = {
  /** ISO 8601. */
  readonly to: string
  /** Called once when that moment comes while it is shown. */
  readonly onDue?: () => void
}

/** How long until a moment, counted down while one looks; the date shows under the pointer. */
export function Countdown({ to, onDue }: CountdownProps) {
  const [now, setNow] = useState(() => clockNow())
  const at = Date.parse(to)
  const isNear = at - now < nearMs
  useEffect(() => {
    const timer = setInterval(() => setNow(clockNow()), isNear ? secondMs : minuteMs / 2)
    return () => clearInterval(timer)
  }, [isNear])
  useEffect(() => {
    const ms = at - clockNow()
    if (onDue === undefined || ms <= 0 || ms > timerMsMax) return undefined
    const timer = setTimeout(onDue, ms)
    return () => clearTimeout(timer)
  }, [at, onDue])
  return (
    <time role="timer" dateTime={to} title={dateOf(to)} className="whitespace-nowrap">
      {leftOf(at - now)}
    </time>
  )
}
