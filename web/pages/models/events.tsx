import { useInfiniteQuery } from '@tanstack/react-query'
import { engagementEventsQuery } from '../../api/queries.ts'
import type { Engagement, EngagementEvent } from '../../api/types.ts'
import { lineOf } from '../../parts/outside-text.tsx'
import { Button } from '../../ui/button.tsx'
import { ReadFailed } from '../../ui/notice.tsx'
import { Section } from '../../ui/section.tsx'
import { When } from '../../ui/when.tsx'
import { eventWord } from './event-words.ts'

/** Who did and saw what, the newest first; it grows while one looks. */
export function Events({ engagement }: { readonly engagement: Engagement }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    engagementEventsQuery(engagement.id),
  )
  const items = data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Section title="Who did and saw what">
      <p className="max-w-[65ch] text-quiet">
        Both sides read the same. That you look is part of it.
      </p>
      {error && <ReadFailed error={error} retry={() => void refetch()} />}
      {data === undefined && !error && <p className="text-quiet">Reading…</p>}
      <ol aria-live="polite">
        {keyed(folded(items)).map(([key, { event, times }]) => (
          <Event key={key} {...{ engagement, event, times }} />
        ))}
      </ol>
      {hasNextPage && (
        <Button className="mt-2" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show earlier ones
        </Button>
      )}
    </Section>
  )
}

type Folded = { readonly event: EngagementEvent; readonly times: number }

const isLook = ({ action, kind }: EngagementEvent): boolean =>
  action === 'engagement.read' && kind !== 'document'

/** Looks that nothing was done between stand in one line a person, at the newest of them. */
function folded(items: readonly EngagementEvent[]): readonly Folded[] {
  const lines: { event: EngagementEvent; times: number }[] = []
  let looks = new Map<string, { event: EngagementEvent; times: number }>()
  for (const event of items) {
    if (!isLook(event)) looks = new Map()
    const before = isLook(event) ? looks.get(event.person?.id ?? '') : undefined
    if (before !== undefined) {
      before.times += 1
      continue
    }
    const line = { event, times: 1 }
    lines.push(line)
    if (isLook(event)) looks.set(event.person?.id ?? '', line)
  }
  return lines
}

/** The newest come on top: each is counted from the oldest of its moment, so it keeps its key. */
function keyed(lines: readonly Folded[]) {
  const seen = new Map<string, number>()
  return lines
    .toReversed()
    .map((line) => {
      const { at, action, record, person } = line.event
      const name = `${at} ${action} ${record} ${person?.id ?? ''}`
      const count = (seen.get(name) ?? 0) + 1
      seen.set(name, count)
      return [`${name} ${count}`, line] as const
    })
    .toReversed()
}

type EventProps = Folded & { readonly engagement: Engagement }

function Event({ engagement, event, times }: EventProps) {
  const { at, person, organisation } = event
  const who = person === null ? 'This instance' : lineOf(person.name, 60)
  const of = organisation === null ? undefined : engagement.names[organisation]
  return (
    <li className="border-t border-rule py-1 wrap-anywhere">
      <span className="font-semibold">{who}</span>
      {of !== undefined && <span className="text-quiet">, {lineOf(of, 60)},</span>}{' '}
      {eventWord(event)}
      {times > 1 && <span className="text-quiet">, {times} times</span>}
      <span className="block text-small text-quiet">
        <When at={at} />
      </span>
    </li>
  )
}
