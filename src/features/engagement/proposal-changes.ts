import type { Proposal } from './proposal.ts'
import { widenedIn } from './terms.ts'

/** One difference between two versions of a proposal. */
export type ProposalChange = {
  /** A JSON pointer into the proposal. */
  readonly at: string
  /** As JSON; empty where there was, or is, nothing. */
  readonly was: string
  readonly is: string
  /** What it does to what evaluators may do; null where it says nothing of that. */
  readonly allows: 'more' | 'less' | null
}

/** What is another in `next`, in the order of its members. Lists are compared whole. */
export function changesBetween(before: Proposal, next: Proposal): readonly ProposalChange[] {
  const wider = new Set(widenedIn(next.terms, before.terms))
  const narrower = new Set(widenedIn(before.terms, next.terms))
  const [was, is] = [leavesOf(before), leavesOf(next)]
  return [...new Set([...is.keys(), ...was.keys()])].flatMap((at) => {
    const [one, other] = [was.get(at) ?? '', is.get(at) ?? '']
    if (one === other) return []
    return { at, was: one, is: other, allows: allowsOf(at, { wider, narrower, before, next }) }
  })
}

type Widths = {
  readonly wider: ReadonlySet<string>
  readonly narrower: ReadonlySet<string>
  readonly before: Proposal
  readonly next: Proposal
}

function allowsOf(at: string, { wider, narrower, before, next }: Widths): 'more' | 'less' | null {
  if (at.startsWith('/terms')) {
    const within = at.slice('/terms'.length)
    if (wider.has(within)) return 'more'
    return narrower.has(within) ? 'less' : null
  }
  const later = (one: Date, other: Date) => (one > other ? 'more' : 'less')
  if (at === '/window/closesAt') return later(next.window.closesAt, before.window.closesAt)
  if (at === '/window/opensAt') return later(before.window.opensAt, next.window.opensAt)
  return null
}

/** Every value that is no object, by its JSON pointer (RFC 6901); our members need no escaping. */
function leavesOf(proposal: Proposal): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const walk = (value: unknown, at: string): void => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      found.set(at, JSON.stringify(value))
      return
    }
    for (const [name, member] of Object.entries(value)) walk(member, `${at}/${name}`)
  }
  walk(JSON.parse(JSON.stringify(proposal)), '')
  return found
}
