import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useReducer, useRef, useState } from 'react'
import { decideSuggestion, listSuggestions, undoEvent } from '../../api/client.ts'
import { saysOf } from '../../api/problem.ts'
import { useEvents } from '../../app/live.ts'
import { caseName } from '../../parts/case-name.ts'
import { complain } from '../../ui/toast.tsx'
import { type Answer, type Deck, emptyDeck, frontOf, type Step, stepped } from './deck.ts'

/** The next page is read while this many are still in hand, so that nobody waits between two. */
const readAheadAt = 8

type Reading = {
  readonly state: 'reading' | 'read' | 'failed'
  readonly error: unknown
  /** Where the next page begins, `''` for the first; null at the end. */
  readonly next: string | null
}

type Counts = { readonly open: number; readonly today: number }

/** The decisions of this sitting: what is in front, how far it is, and what can be done. */
export function useDeck() {
  const [deck, step] = useReducer(stepped, emptyDeck)
  const [reading, setReading] = useState<Reading>({ state: 'reading', error: null, next: '' })
  const [counts, setCounts] = useState<Counts | null>(null)
  /** Those answered here: what is told of them is no news. */
  const own = useRef(new Set<string>())
  const read = useCallback(async (after: string): Promise<void> => {
    setReading((known) => ({ ...known, state: 'reading', error: null }))
    try {
      const list = await listSuggestions({ after: after || undefined, state: 'open' })
      step({ do: 'read', items: list.items })
      setCounts({ open: list.open, today: list.decidedToday })
      setReading({ state: 'read', error: null, next: list.next })
    } catch (error) {
      setReading((known) => ({ ...known, state: 'failed', error }))
    }
  }, [])
  useEffect(() => void read(''), [read])
  const isLow = deck.open.length < readAheadAt
  useEffect(() => {
    if (reading.state === 'read' && isLow && reading.next !== null) void read(reading.next)
  }, [reading, isLow, read])
  const hear = useCallback((id: string) => {
    if (own.current.has(id)) return
    step({ do: 'changed-elsewhere', id })
    // A new one may have come: once those in hand get few, the list is read again.
    setReading((known) => (known.next === null ? { ...known, next: '' } : known))
  }, [])
  useEvents('suggestion', hear)
  const shift = useCallback(
    (by: 1 | -1) =>
      setCounts((known) => known && { open: known.open - by, today: known.today + by }),
    [],
  )
  const answers = useAnswers({ deck, step, own: own.current, shift })
  return { deck, reading, counts, step, readAgain: () => void read(''), ...answers }
}

type AnswersWish = {
  readonly deck: Deck
  readonly step: (step: Step) => void
  readonly own: Set<string>
  /** Counts one more, or one less, as decided. */
  readonly shift: (by: 1 | -1) => void
}

/** Answers are shown before the server has them, and brought back when it says no. */
function useAnswers({ deck, step, own, shift }: AnswersWish) {
  const queries = useQueryClient()
  const [times, setTimes] = useState<readonly number[]>(() => [Date.now()])
  const nextKey = useRef(1)
  /** The event of each answer, once the server has named it. */
  const events = useRef(new Map<number, Promise<string | null>>())
  // Lists of cases that are not in sight are read again when they are opened.
  const listsAreOld = (): void =>
    void queries.invalidateQueries({ queryKey: ['cases'], refetchType: 'none' })
  const bringBack = (key: number): void => {
    shift(-1)
    step({ do: 'bring-back', key })
  }
  const decide = (answer: Answer): void => {
    const front = frontOf(deck)
    if (front === undefined) return
    const key = nextKey.current++
    own.add(front.id)
    step({ do: 'decide', key, answer })
    setTimes((known) => [...known, Date.now()])
    shift(1)
    const told = decideSuggestion(front.id, { decision: answer }).then(
      ({ event }) => {
        listsAreOld()
        return event
      },
      (error: unknown) => {
        complain(`${caseName(front.a.case.id)} and ${caseName(front.b.case.id)}: ${saysOf(error)}`)
        if (events.current.delete(key)) bringBack(key)
        return null
      },
    )
    events.current.set(key, told)
  }
  const last = deck.decided.at(-1)
  const undo = async (): Promise<void> => {
    if (last === undefined) return
    const told = events.current.get(last.key)
    events.current.delete(last.key)
    bringBack(last.key)
    const event = await told
    if (event == null && last.suggestion.kind !== 'link') return
    try {
      // A link leaves no event; not sure takes its answer back.
      if (event == null) await decideSuggestion(last.suggestion.id, { decision: 'unsure' })
      else await undoEvent(event)
      listsAreOld()
    } catch (error) {
      complain(`The answer stands: ${saysOf(error)}`)
      shift(1)
      step({ do: 'drop', id: last.suggestion.id })
    }
  }
  return { times, decide, undo: () => void undo() }
}
