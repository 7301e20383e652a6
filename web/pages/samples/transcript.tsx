import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useKeys } from '../../app/keys.ts'
import { ReadFailed } from '../../ui/notice.tsx'
import { Bar } from './bar.tsx'
import { EventRow, eventName } from './event-row.tsx'
import type { ReadSlice, Slices } from './slices.ts'
import { useFound, useSeeking, useSlices } from './use-reading.ts'
import { useWindow } from './use-window.ts'

type TranscriptProps = {
  readonly total: number
  readonly read: ReadSlice
  /** Where it opens. */
  readonly start: number
  /** Told some time after the cursor came to rest. */
  readonly onCursor: (n: number) => void
}

/** A transcript of any length: only the events in sight are drawn, only those near it are read. */
export function Transcript({ total, read, start, onCursor }: TranscriptProps) {
  const box = useRef<HTMLElement>(null)
  const slices = useSlices(total, read)
  const { view, rows, onScroll, goTo, reveal } = useWindow(total, box)
  const [cursor, setCursor] = useState(start)
  const [words, setWords] = useState('')
  const folds = useFolds()
  const point = useCallback((n: number) => setCursor(n), [])
  const jump = useCallback(
    (n: number): void => {
      const at = Math.max(0, Math.min(total - 1, n))
      setCursor(at)
      goTo(at)
    },
    [total, goTo],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: it opens where the address said once.
  useLayoutEffect(() => (start > 0 ? jump(start) : undefined), [])
  useResting(cursor, onCursor)
  useEffect(() => {
    // A thumb that is dragged passes much that nobody reads.
    const timer = setTimeout(() => slices.show(view.first, view.last), 40)
    return () => clearTimeout(timer)
  }, [slices, view.first, view.last])
  const seeking = useSeeking(slices, jump)
  const found = useFound(slices, words)
  const step = (by: number): void => {
    const at = Math.max(0, Math.min(total - 1, cursor + by))
    setCursor(at)
    reveal(at)
  }
  const moves = { cursor, found, step, jump, seeking, folds }
  useTranscriptKeys(moves, { slices, box })
  useKeptFocus(box)
  const failure = slices.failure()
  const here = slices.event(cursor)
  return (
    <section aria-label="Transcript" className="flex min-h-0 grow flex-col">
      <Bar {...{ total, words, setWords }} {...moves} />
      {failure !== null && <ReadFailed error={failure} retry={() => slices.again()} />}
      <p role="status" className="spoken">
        Event {cursor} of {total}
        {here !== null && `, ${eventName(here)}`}
      </p>
      <section
        ref={box}
        onScroll={onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keys.
        tabIndex={0}
        aria-label="Events"
        data-events
        className="relative min-h-48 grow overflow-y-auto border-b border-rule [overflow-anchor:none] -outline-offset-2"
      >
        <div style={{ height: view.totalPx }}>
          <ol ref={rows} style={{ translate: `0 ${view.topPx}px` }}>
            {Array.from({ length: view.last - view.first + 1 }, (_, at) => view.first + at).map(
              (n) => (
                <EventRow
                  key={n}
                  {...{ n, total, words, onPoint: point, onFlip: folds.flip }}
                  event={slices.event(n)}
                  isCursor={n === cursor}
                  open={folds.openOf(n)}
                />
              ),
            )}
          </ol>
        </div>
      </section>
    </section>
  )
}

/** Which parts of which events are open; it outlives the rows, which come and go. */
function useFolds() {
  const [open, setOpen] = useState<ReadonlyMap<number, string>>(new Map())
  const flip = useCallback((n: number, part: string): void => {
    setOpen((before) => {
      const parts = (before.get(n) ?? '').split(',').filter(Boolean)
      const next = parts.includes(part) ? parts.filter((one) => one !== part) : [...parts, part]
      return new Map(before).set(n, next.join(','))
    })
  }, [])
  /** Opens all of an event, or shuts it again. */
  const flipAll = (n: number, parts: readonly string[]): void =>
    setOpen((before) => new Map(before).set(n, before.get(n) ? '' : parts.join(',')))
  return { openOf: (n: number): string => open.get(n) ?? '', flip, flipAll }
}

const restMs = 400

function useResting(cursor: number, onCursor: (n: number) => void): void {
  const told = useRef(cursor)
  useEffect(() => {
    if (told.current === cursor) return
    const timer = setTimeout(() => {
      told.current = cursor
      onCursor(cursor)
    }, restMs)
    return () => clearTimeout(timer)
  }, [cursor, onCursor])
}

/** A row that leaves with the focus in it gives it to the list. */
function useKeptFocus(box: RefObject<HTMLElement | null>): void {
  const wasInside = useRef(false)
  useLayoutEffect(() => {
    const isLost = document.activeElement === document.body
    if (wasInside.current && isLost) box.current?.focus({ preventScroll: true })
    wasInside.current = box.current?.contains(document.activeElement) ?? false
  })
}

export type Moves = {
  readonly cursor: number
  readonly found: readonly number[]
  readonly step: (by: number) => void
  readonly jump: (n: number) => void
  readonly seeking: ReturnType<typeof useSeeking>
  readonly folds: ReturnType<typeof useFolds>
}

type Around = { readonly slices: Slices; readonly box: RefObject<HTMLElement | null> }

function useTranscriptKeys(moves: Moves, { slices, box }: Around): void {
  const { cursor, found, step, jump, seeking, folds } = moves
  const seek = (what: 'call' | 'flag', by: 1 | -1) => () => void seeking.begin(what, cursor, by)
  const fieldOf = (name: string) =>
    box.current?.parentElement?.querySelector<HTMLInputElement>(`input[name=${name}]`)
  const page = (by: number) => () =>
    box.current?.scrollBy({ top: by * (box.current.clientHeight - 40) })
  useKeys('Transcript', [
    { keys: ['j'], does: 'next event', run: () => step(1) },
    { keys: ['k'], does: 'event before', run: () => step(-1) },
    { keys: ['t'], does: 'next call of a tool', run: seek('call', 1) },
    { keys: ['shift+t'], does: 'call of a tool before', run: seek('call', -1) },
    { keys: ['f'], does: 'next flagged event', run: seek('flag', 1) },
    { keys: ['shift+f'], does: 'flagged event before', run: seek('flag', -1) },
    {
      keys: ['enter'],
      does: 'open or shut all of the event',
      run: () => folds.flipAll(cursor, partsOf(slices, cursor)),
    },
    { keys: ['home'], does: 'first event', run: () => jump(0) },
    { keys: ['end'], does: 'last event', run: () => jump(slices.total - 1) },
    { keys: ['pagedown'], does: 'a page on', run: page(1) },
    { keys: ['pageup'], does: 'a page back', run: page(-1) },
    { keys: ['e'], does: 'go to an event by its number', run: () => fieldOf('event')?.focus() },
    { keys: ['/'], does: 'search what is read', run: () => fieldOf('words')?.focus() },
    {
      ...{ keys: ['n'], does: 'next found', isOff: found.length === 0 },
      run: () => jump(found.find((n) => n > cursor) ?? found[0] ?? cursor),
    },
    {
      ...{ keys: ['shift+n'], does: 'found before', isOff: found.length === 0 },
      run: () => jump(found.findLast((n) => n < cursor) ?? found.at(-1) ?? cursor),
    },
    {
      ...{ keys: ['escape'], does: 'stop looking', isOff: seeking.at === null },
      run: () => seeking.stop(),
    },
  ])
}

function partsOf(slices: Slices, n: number): readonly string[] {
  const event = slices.event(n)
  const calls = event?.is === 'assistant' ? event.calls.map((_, at) => `call${at}`) : []
  return ['text', 'output', 'reasoning', ...calls]
}
