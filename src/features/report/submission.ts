/** What the database says of a submission and its case to who may know. */
export type SubmissionFacts = {
  readonly receivedAt: Date
  readonly joinedAt: Date | null
  /** Why it waits for no case. */
  readonly aside: string | null
  /** Since when what came with it is destroyed; null where it is not. */
  readonly payloadDestroyedAt: Date | null
  readonly case: CaseFacts | null
}

export type CaseFacts = {
  readonly id: string
  readonly title: string
  readonly status: string
  readonly verdict: string
  readonly severity: string
  readonly evidence: string
  readonly firstReportedAt: Date
  readonly isFirst: boolean
  /** Until when a case waits, as it was set; null where that is not known. */
  readonly waitUntil: string | null
}

export type Outcome = 'waiting' | 'new' | 'duplicate' | 'aside'

export function outcomeOf({ aside, case: found }: SubmissionFacts): Outcome {
  if (found) return found.isFirst ? 'new' : 'duplicate'
  return aside === null ? 'waiting' : 'aside'
}

/** One sentence: who does what next, and until when where that is known. */
export function nextOf(facts: SubmissionFacts): string {
  const { aside, joinedAt, case: found } = facts
  if (!found && joinedAt) {
    return 'What became of it is told to those alone who are cleared for its label.'
  }
  if (!found) {
    return aside === null
      ? 'It is compared with what is known within seconds; nobody has to do anything.'
      : `Nothing happens with it: ${aside}.`
  }
  if (found.status === 'closed') {
    return found.verdict === 'refuted'
      ? 'The case is closed as refuted; send what shows the flaw to have it opened again.'
      : 'The case is closed; nothing is left to do.'
  }
  if (found.status === 'waiting') {
    const day = found.waitUntil?.slice(0, 10)
    return day === undefined
      ? 'The coordinators wait for somebody else.'
      : `The coordinators wait for somebody else, until ${day} at the latest.`
  }
  if (found.verdict === 'confirmed') return 'It is confirmed; the coordinators see to its repair.'
  const known = found.isFirst ? '' : 'The flaw was reported before, and you are credited too. '
  return `${known}The coordinators look at the case in the order of the queue.`
}
