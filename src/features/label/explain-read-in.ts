import type { Step } from './explain.ts'
import { clearedSteps } from './explain-label.ts'
import type { Clearance, Label } from './label.ts'

/** The read-in of a person to the case of a record, as the database keeps it. */
export type ExplainedReadIn = {
  readonly organisation: string
  readonly tier: string
  readonly part: string
  readonly isRefused: boolean
  /** Why it ended, in the database's word; null where it did not. */
  readonly ended: string | null
  /** The gates that were not passed when they were decided last. */
  readonly gatesMissing: readonly number[]
  readonly opensAt: Date | null
  readonly until: Date | null
  readonly isAcknowledged: boolean
  readonly isSponsorActive: boolean
  /** True too of an emergency, which asks for none. */
  readonly hasPasskey: boolean
  /** Why the person is shut out of the case; null where they are not. */
  readonly exclusion: string | null
}

export type ReadInAsked = {
  readonly readIn: ExplainedReadIn | null
  readonly isToken: boolean
  readonly held: Clearance
  readonly label: Label
  readonly now: Date
}

/** What each step of a read-in says; `read_in_stands` in db/migrations asks the same. */
export function readInSteps(asked: ReadInAsked): readonly Step[] {
  const { readIn, isToken, held } = asked
  if (isToken) return [{ name: 'read-in', holds: false, says: 'a token is read in to nothing' }]
  if (readIn === null || readIn.isRefused) {
    const says = readIn === null ? 'not read in to the case' : 'the read-in was refused'
    return [{ name: 'read-in', holds: false, says }]
  }
  const { organisation, tier, part, ended } = readIn
  const of = `read in at tier ${tier}, which shows the part ${part}`
  const own = 'the read-in is for this organisation'
  const isFull = part === 'full'
  return [
    {
      ...{ name: 'read-in', holds: isFull },
      says: isFull ? of : `${of}; the case itself is shown by the part full alone`,
    },
    {
      ...{ name: 'read-in organisation', holds: organisation === held.organisation },
      says: organisation === held.organisation ? own : `the read-in is for ${organisation}`,
    },
    {
      ...{ name: 'read-in end', holds: ended === null },
      says: ended === null ? 'the read-in was not ended' : `the read-in ended: ${ended}`,
    },
    gateStep(readIn),
    windowStep(readIn, asked.now),
    ...conditionSteps(readIn),
    ...clearedSteps(asked),
  ]
}

function gateStep({ gatesMissing }: ExplainedReadIn): Step {
  const holds = gatesMissing.length === 0
  const missing = `of the three gates, not passed: ${gatesMissing.join(', ')}`
  return { name: 'gates', holds, says: holds ? 'all three gates are passed' : missing }
}

function windowStep({ opensAt, until }: ExplainedReadIn, now: Date): Step {
  const name = 'read-in time'
  if (opensAt === null || until === null) {
    return { name, holds: false, says: 'the read-in is not assigned yet' }
  }
  const says = `the read-in is from ${opensAt.toISOString()} until ${until.toISOString()}`
  return { name, holds: opensAt <= now && now < until, says }
}

const conditionSteps = (readIn: ExplainedReadIn): readonly Step[] => [
  {
    ...{ name: 'acknowledgement', holds: readIn.isAcknowledged },
    says: `the person ${readIn.isAcknowledged ? 'acknowledged' : 'has not acknowledged'} it`,
  },
  {
    ...{ name: 'sponsor', holds: readIn.isSponsorActive },
    says: `the sponsor is ${readIn.isSponsorActive ? 'active' : 'no longer active'}`,
  },
  {
    ...{ name: 'passkey', holds: readIn.hasPasskey },
    says: readIn.hasPasskey ? 'there is a passkey, or it is an emergency' : 'a passkey is missing',
  },
  {
    ...{ name: 'exclusion', holds: readIn.exclusion === null },
    says:
      readIn.exclusion === null
        ? 'the person is not excluded'
        : `the person is excluded: ${readIn.exclusion}`,
  },
]
