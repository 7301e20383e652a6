/**
 * Resolves with the name of the first signal that asks this process to end. A second one ends it
 * at once, for whoever has no patience; what was acknowledged is on disk either way.
 */
export function untilAsked(): Promise<NodeJS.Signals> {
  return new Promise((settle) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.removeAllListeners(signal)
      process.on(signal, () => {
        settle(signal)
        process.removeAllListeners(signal)
        process.once(signal, () => process.exit(130))
      })
    }
  })
}
