/** Headers as they stood on the wire: a name, its value, the next name, … */
export type RawHeaders = readonly string[]

/** What concerns one connection alone and is never passed on (RFC 9110 section 7.6.1). */
const perHop: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate'],
  ...['proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
])

/** Each name and value, in their order and their own spelling. */
export function* pairsOf(raw: RawHeaders): Generator<readonly [name: string, value: string]> {
  for (let at = 0; at + 1 < raw.length; at += 2) yield [raw[at] ?? '', raw[at + 1] ?? '']
}

/**
 * The headers that are meant for the other end, in their order and spelling: without those of the
 * connection, without those that `Connection` names, and without those that `leave` names.
 */
export function endToEnd(raw: RawHeaders, leave: ReadonlySet<string> = new Set()): string[] {
  const named = new Set<string>()
  for (const [name, value] of pairsOf(raw)) {
    if (name.toLowerCase() !== 'connection') continue
    for (const one of value.split(',')) named.add(one.trim().toLowerCase())
  }
  // `Connection: content-length` would take the frame of the message with it.
  named.delete('content-length')
  named.delete('content-type')
  const kept: string[] = []
  for (const [name, value] of pairsOf(raw)) {
    const lower = name.toLowerCase()
    if (perHop.has(lower) || named.has(lower) || leave.has(lower)) continue
    kept.push(name, value)
  }
  return kept
}
