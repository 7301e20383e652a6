import process from 'node:process'

/** What npm and other launchers pass on, and a terminal sent already, comes well within this. */
const echoMs = 1_000

/**
 * Listens for what asks this process to end, and resolves with its name: a signal, or the end of
 * the launcher that holds a channel to us (`npm start`), however that ended. A second signal ends
 * the process at once, for whoever has no patience; what was acknowledged is on disk either way.
 */
export function listenForEnd(): Promise<string> {
  return new Promise((settle) => {
    let askedAt: number | null = null
    const ask = (by: string): void => {
      if (askedAt === null) {
        askedAt = performance.now()
        settle(by)
      } else if (performance.now() - askedAt > echoMs) process.exit(130)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      const former = process.listeners(signal)
      process.on(signal, ask)
      // Ours comes first: a signal that is on its way is lost when for a moment nobody listens.
      for (const listener of former) process.off(signal, listener)
    }
    if (!process.channel) return
    process.once('disconnect', () => ask('the end of what started it'))
    // The channel itself is no reason to go on.
    process.channel.unref()
  })
}
