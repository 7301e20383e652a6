/**
 * The clock of the server, as far as its answers tell: moments are agreed to the second, and the
 * clock of whoever looks may be wrong by minutes.
 */

/** What the server's clock may be ahead of this one, at least and at most. */
type Ahead = { readonly least: number; readonly most: number }

/** The header has whole seconds, the rest of which is not known. */
const headerMs = 1_000
let ahead: Ahead = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY }

/** What is known once an answer was asked for, came, and said when it was made; all in ms. */
export function heardAhead(
  known: Ahead,
  { askedAt, cameAt, saidAt }: { askedAt: number; cameAt: number; saidAt: number },
): Ahead {
  const heard = { least: saidAt - cameAt, most: saidAt + headerMs - askedAt }
  const least = Math.max(known.least, heard.least)
  const most = Math.min(known.most, heard.most)
  // One of the two clocks was set meanwhile: what was heard last holds.
  return least <= most ? { least, most } : heard
}

/** By how much to correct: by nothing where this clock may be right, which it mostly is. */
export function correctionOf({ least, most }: Ahead): number {
  if (least <= 0 && most >= 0) return 0
  return (least + most) / 2
}

/** Takes in when an answer was made, by its `Date`; what has none, or a strange one, is let be. */
export function heardClock(headers: Headers, askedAt: number): void {
  const saidAt = Date.parse(headers.get('date') ?? '')
  if (Number.isNaN(saidAt)) return
  ahead = heardAhead(ahead, { askedAt, cameAt: Date.now(), saidAt })
}

/** Now, as the server would say; milliseconds as of `Date.now`. */
export const clockNow = (): number => Date.now() + correctionOf(ahead)
