import type { Band, EvidenceLevel, Person, Severity, Status, Verdict } from '../api/types.ts'
import { classes } from '../ui/classes.ts'
import { bandWords, evidenceWords, severityWords, statusWords, verdictWords } from './words.ts'

/** Codes as a word with a mark beside it; the mark never says more than the word. */

const bandLevels: Readonly<Record<Band, number>> = { now: 3, soon: 2, planned: 1, later: 0 }

/** How soon: a circle that fills up. */
export function BandMark({ band }: { readonly band: Band }) {
  const level = bandLevels[band]
  return (
    <span
      title={bandWords[band].means}
      className={classes(
        'inline-flex items-center gap-1.5 whitespace-nowrap',
        level === 3 ? 'font-semibold text-danger' : level === 2 ? 'text-warn' : 'text-quiet',
      )}
    >
      <svg viewBox="0 0 12 12" className="size-3 shrink-0" aria-hidden="true">
        <circle cx="6" cy="6" r="5.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
        {level > 0 && <path d={wedges[level]} fill="currentColor" />}
      </svg>
      {bandWords[band].word}
    </span>
  )
}

/** A third, two thirds and the whole of a circle around 6, 6 with radius 3.5. */
const wedges: readonly string[] = [
  '',
  'M6 6V2.5A3.5 3.5 0 0 1 9.03 7.75Z',
  'M6 6V2.5A3.5 3.5 0 1 1 2.97 7.75Z',
  'M6 2.5A3.5 3.5 0 1 1 5.99 2.5Z',
]

const bars: Readonly<Record<Severity, number>> = {
  critical: 4,
  high: 3,
  medium: 2,
  low: 1,
  info: 0,
  unknown: 0,
}

/** How bad: bars, and the word. */
export function SeverityMark({ severity }: { readonly severity: Severity }) {
  const count = bars[severity]
  return (
    <span
      className={classes(
        'inline-flex items-center gap-1.5 whitespace-nowrap',
        count === 4 && 'text-danger',
        count === 0 && 'text-quiet',
      )}
    >
      <svg viewBox="0 0 15 12" className="h-3 w-3.75 shrink-0" aria-hidden="true">
        {[1, 2, 3, 4].map((bar) => (
          <rect
            key={bar}
            x={(bar - 1) * 4}
            y={12 - bar * 3}
            width="3"
            height={bar * 3}
            rx="0.5"
            fill="currentColor"
            opacity={bar <= count ? 1 : 0.22}
          />
        ))}
      </svg>
      {severityWords[severity]}
    </span>
  )
}

const statusSigns: Readonly<Record<Status, string>> = { open: '○', waiting: '◔', closed: '●' }

export function StatusMark({ status }: { readonly status: Status }) {
  return (
    <span
      title={statusWords[status].means}
      className={classes(
        'inline-flex items-center gap-1.5 whitespace-nowrap',
        status === 'waiting' && 'text-warn',
        status === 'closed' && 'text-quiet',
      )}
    >
      <span aria-hidden="true">{statusSigns[status]}</span>
      {statusWords[status].word}
    </span>
  )
}

const verdictSigns: Readonly<Record<Verdict, string>> = { open: '?', confirmed: '✓', refuted: '✗' }

export function VerdictMark({ verdict }: { readonly verdict: Verdict }) {
  return (
    <span
      title={verdictWords[verdict].means}
      className={classes(
        'inline-flex items-center gap-1.5 whitespace-nowrap',
        verdict === 'confirmed' && 'text-good',
        verdict === 'open' && 'text-quiet',
      )}
    >
      <span aria-hidden="true">{verdictSigns[verdict]}</span>
      {verdictWords[verdict].word}
    </span>
  )
}

export function EvidenceMark({ evidence }: { readonly evidence: EvidenceLevel }) {
  const { word, means } = evidenceWords[evidence]
  return (
    <span title={means} className="whitespace-nowrap">
      {evidence} <span className="text-quiet">{word}</span>
    </span>
  )
}

/** Initials in a ring and the name; "Nobody" where there is none. */
export function PersonMark({ person }: { readonly person: Person | null }) {
  if (person === null) return <span className="text-quiet">Nobody</span>
  return (
    <span className="inline-flex min-w-0 items-center gap-1.5">
      <span
        aria-hidden="true"
        className="grid size-5 shrink-0 place-items-center rounded-full border border-edge text-[10px] leading-none"
      >
        {initialsOf(person.name)}
      </span>
      <span className="truncate">{person.name}</span>
    </span>
  )
}

const initialsOf = (name: string): string =>
  name
    .split(/\s+/)
    .map((part) => [...part][0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase()

/** A short fact that stands out of the row, such as "Exploited". */
export function Tag(props: { readonly tone?: 'danger' | 'warn'; readonly children: string }) {
  return (
    <span
      className={classes(
        'shrink-0 rounded border border-current px-1 text-[11px] leading-4 whitespace-nowrap',
        props.tone === 'danger'
          ? 'text-danger'
          : props.tone === 'warn'
            ? 'text-warn'
            : 'text-quiet',
      )}
    >
      {props.children}
    </span>
  )
}
