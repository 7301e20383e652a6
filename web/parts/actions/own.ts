/**
 * The cases that this page itself changed a moment ago. Their events come back by the stream, and
 * tell the person nothing that they do not know.
 */
const recent = new Map<string, number>()
const recentMs = 8000

export function noteOwn(ids: readonly string[]): void {
  const now = Date.now()
  for (const [id, at] of recent) if (now - at > recentMs) recent.delete(id)
  for (const id of ids) recent.set(id, now)
}

export const isOwn = (id: string): boolean => Date.now() - (recent.get(id) ?? 0) < recentMs
