import { useSyncExternalStore } from 'react'
import { clockNow } from './clock.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
let now = clockNow()

/** The clock of the page, which ticks once in half a minute for everything that shows an age. */
const useNow = (): number =>
  useSyncExternalStore(
    (listener) => {
      // What the first answers told of the server's clock came after the page was loaded.
      if (Math.abs(clockNow() - now) > 1_000) {
        now = clockNow()
        listener()
      }
      const timer = setInterval(() => {
        now = clockNow()
        listener()
      }, minuteMs / 2)
      return () => clearInterval(timer)
    },
    () => now,
  )

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const two = (value: number): string => String(value).padStart(2, '0')

/** `Fri 20 Nov 2026, 14:00 UTC`. The zone is always said. */
export function dateOf(iso: string): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return iso
  const day = `${days[at.getUTCDay()]} ${at.getUTCDate()} ${months[at.getUTCMonth()]}`
  const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`
  return `${day} ${at.getUTCFullYear()}, ${time} UTC`
}

/** `3 h`, `12 d`: how long ago or until, for narrow columns. */
function ageOf(iso: string, from: number): string {
  const ms = Math.abs(from - Date.parse(iso))
  if (Number.isNaN(ms)) return ''
  if (ms < minuteMs) return 'now'
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min`
  if (ms < 2 * dayMs) return `${Math.floor(ms / hourMs)} h`
  return ms < 730 * dayMs ? `${Math.floor(ms / dayMs)} d` : `${Math.floor(ms / dayMs / 365)} y`
}

function relative(iso: string, from: number): string {
  const age = ageOf(iso, from)
  if (age === '' || age === 'now') return age
  return Date.parse(iso) > from ? `in ${age}` : `${age} ago`
}

/** A date with its zone, and how long ago that is beside it. */
export function When({ at }: { readonly at: string }) {
  const from = useNow()
  return (
    <time dateTime={at}>
      {dateOf(at)} <span className="text-quiet">({relative(at, from)})</span>
    </time>
  )
}

/** How long ago, in the words of a sentence: `3 d ago`, `now`. */
export function Ago({ at }: { readonly at: string }) {
  const from = useNow()
  return (
    <time dateTime={at} title={dateOf(at)}>
      {relative(at, from)}
    </time>
  )
}

/** Only the age; the date shows when the pointer rests on it. */
export function Age({ at }: { readonly at: string }) {
  const from = useNow()
  return (
    <time dateTime={at} title={dateOf(at)}>
      {ageOf(at, from)}
    </time>
  )
}
