import { useEffect, useState } from 'react'

/** Code that comes when it is first needed, or when the page has nothing else to do. */
export type Loadable<T> = {
  readonly preload: () => Promise<void>
  /** The code, once `isWanted` and loaded; until then null, and what wants it draws again. */
  readonly use: (isWanted: boolean) => T | null
}

const all = new Set<Loadable<unknown>>()

export function loadable<T>(load: () => Promise<T>): Loadable<T> {
  let value: T | null = null
  let pending: Promise<void> | undefined
  const preload = (): Promise<void> => {
    pending ??= load().then(
      (loaded) => {
        value = loaded
      },
      () => {
        // The network failed: the next wish asks again.
        pending = undefined
      },
    )
    return pending
  }
  const use = (isWanted: boolean): T | null => {
    const [, setTurn] = useState(0)
    useEffect(() => {
      if (isWanted && value === null) void preload().then(() => setTurn((turn) => turn + 1))
    }, [isWanted])
    return isWanted ? value : null
  }
  const made = { preload, use }
  all.add(made)
  return made
}

const restMs = 1500

/** Fetches what a page may need next, after it is drawn; gives the function that ends the wait. */
export function preloadWhenIdle(): () => void {
  const timer = setTimeout(() => {
    for (const one of all) void one.preload()
  }, restMs)
  return () => clearTimeout(timer)
}
