import { isProblem, ProblemError } from './problem.ts'

/** Asking for the passkey in the middle of something, and doing that once it was shown. */

type Waiting = { readonly shown: () => void; readonly cancelled: () => void }

let waiting: readonly Waiting[] = []
const watchers = new Set<() => void>()

function wait(next: readonly Waiting[]): void {
  waiting = next
  for (const watcher of watchers) watcher()
}

/** Calls back when somebody begins or ceases to wait for the passkey. */
export function watchProof(watcher: () => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

export const isProofWanted = (): boolean => waiting.length > 0

/** Lets everything go on that waits, or gives it up. */
export function endProof(how: keyof Waiting): void {
  const all = waiting
  wait([])
  for (const one of all) one[how]()
}

const proof = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const cancelled = (): void => reject(notShown())
    wait([...waiting, { shown: resolve, cancelled }])
  })

const notShown = (): ProblemError =>
  new ProblemError(403, {
    code: 'step-up-needed',
    detail: 'Your passkey was not shown, so nothing was changed.',
  })

/** Does what may want the passkey first; once it was shown, does it again. */
export async function withProof<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (!isProblem(error, 403) || error.code !== 'step-up-needed') throw error
    await proof()
    return ask()
  }
}
