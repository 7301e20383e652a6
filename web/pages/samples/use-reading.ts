import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { saysOf } from '../../api/problem.ts'
import { complain } from '../../ui/toast.tsx'
import { foundIn, type Sought, seek } from './seek.ts'
import { type ReadSlice, Slices } from './slices.ts'

/** The parts of a transcript as they are read; whoever uses it draws again when more was. */
export function useSlices(total: number, read: ReadSlice): Slices {
  const slices = useMemo(() => new Slices(total, read), [total, read])
  useSyncExternalStore(slices.watch, slices.version)
  return slices
}

/** Goes through events that nobody looks at, until one is found or the person has enough of it. */
export function useSeeking(slices: Slices, goTo: (n: number) => void) {
  const [at, setAt] = useState<number | null>(null)
  const control = useRef<AbortController | null>(null)
  const stop = (): void => {
    control.current?.abort()
    setAt(null)
  }
  useEffect(() => () => control.current?.abort(), [])
  const begin = async (what: Sought, from: number, step: 1 | -1): Promise<void> => {
    stop()
    const asked = new AbortController()
    control.current = asked
    const { signal } = asked
    setAt(from)
    try {
      const n = await seek({ slices, from, step, what, signal, onPlace: setAt })
      if (signal.aborted) return
      if (n !== null) goTo(n)
      else complain(`There is no ${nouns[what]} ${step === 1 ? 'after' : 'before'} this event.`)
    } catch (error) {
      if (!signal.aborted) complain(saysOf(error))
    }
    if (!signal.aborted) setAt(null)
  }
  return { at, begin, stop }
}

const nouns: Readonly<Record<Sought, string>> = { call: 'call of a tool', flag: 'flagged event' }

const restMs = 250

/** The events with some words among those that are read. */
export function useFound(slices: Slices, words: string): readonly number[] {
  const version = slices.version()
  const [found, setFound] = useState<readonly number[]>([])
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is read changes with its version.
  useEffect(() => {
    const timer = setTimeout(() => setFound(foundIn(slices, words)), words === '' ? 0 : restMs)
    return () => clearTimeout(timer)
  }, [slices, version, words])
  return found
}
