import { closeSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { no, type Result, yes } from '#kernel/result.ts'
import { type Holder, newHolder, presenceOf } from './holder.ts'

const lookEachMs = 20
const waitMsMax = 120_000

/**
 * Runs `work` while no other process that shares `folder` does, each in its turn.
 *
 * A lock file would have to be taken from a holder that was killed, and two processes that find it
 * stale at once take it from each other. Here nobody ever takes anything over: each process draws a
 * number and waits for all smaller ones whose processes live (L. Lamport, A new solution of
 * Dijkstra's concurrent programming problem, CACM 17(8), 1974; proven for any order of reads and
 * writes, and for processes that stop anywhere).
 *
 * @returns the answer of `work`, or `already-running` when others take too long
 */
export async function inTurn<T>(folder: string, work: () => Promise<T>): Promise<Result<T>> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const me = newHolder()
  const ticket = draw(folder, me)
  try {
    const until = performance.now() + waitMsMax
    while (!isMyTurn(folder, ticket)) {
      if (performance.now() > until) {
        return no({
          code: 'already-running',
          why: 'another Parley has been starting or stopping the database for two minutes',
          at: folder,
          hint: 'wait for it or end it, then start again',
        })
      }
      await pause(lookEachMs)
    }
    return yes(await work())
  } finally {
    rmSync(join(folder, nameOf(ticket)), { force: true })
  }
}

type Ticket = { readonly number: number; readonly holder: Holder }

const nameOf = ({ number, holder }: Ticket): string => `ticket-${number}-${holder}`

/** Draws a number above all that are out; says meanwhile that it does, so that others wait. */
function draw(folder: string, holder: Holder): Ticket {
  const drawing = join(folder, `drawing-${holder}`)
  make(drawing)
  try {
    const number = Math.max(0, ...ticketsIn(folder).map((other) => other.number)) + 1
    const ticket = { number, holder }
    make(join(folder, nameOf(ticket)))
    return ticket
  } finally {
    rmSync(drawing, { force: true })
  }
}

const make = (path: string): void => closeSync(openSync(path, 'wx', 0o600))

/**
 * Two readings, in this order: whoever is not drawing at the first either has a ticket, which the
 * second shows, or will draw a number above mine.
 */
function isMyTurn(folder: string, mine: Ticket): boolean {
  const isSomeoneDrawing = readdirSync(folder)
    .filter((name) => name.startsWith('drawing-'))
    .some((name) => isPresent(folder, name, name.slice('drawing-'.length)))
  if (isSomeoneDrawing) return false
  return !ticketsIn(folder).some(
    (other) => isBefore(other, mine) && isPresent(folder, nameOf(other), other.holder),
  )
}

const isBefore = (one: Ticket, other: Ticket): boolean =>
  one.number !== other.number ? one.number < other.number : one.holder < other.holder

function ticketsIn(folder: string): Ticket[] {
  return readdirSync(folder).flatMap((name) => {
    const [, number, holder] = /^ticket-(\d+)-(.+)$/.exec(name) ?? []
    return number === undefined || holder === undefined ? [] : [{ number: Number(number), holder }]
  })
}

/** What a killed process left behind is put away on the occasion. */
function isPresent(folder: string, name: string, holder: Holder): boolean {
  const presence = presenceOf(holder)
  if (presence === 'gone') rmSync(join(folder, name), { force: true })
  // Whether another container uses the folder is settled before anybody draws (lease.ts).
  return presence === 'here'
}
