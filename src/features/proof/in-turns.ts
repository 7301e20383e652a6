/** What several sources give, one of each in turn, until all have ended. */
export function* inTurns<T>(sources: readonly Iterator<T>[]): Generator<T> {
  let open = sources
  while (open.length > 0) {
    const left: Iterator<T>[] = []
    for (const source of open) {
      const { done, value } = source.next()
      if (done) continue
      left.push(source)
      yield value
    }
    open = left
  }
}
