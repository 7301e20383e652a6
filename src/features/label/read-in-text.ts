import { sha256 } from '#formats/tlog/hash.ts'
import type { ReadIn } from './read-in.ts'
import { type ReadInPart, tierRules } from './read-in-tier.ts'

const shows: Readonly<Record<ReadInPart, string>> = {
  full: 'the whole case with its reports and proofs',
  'fix-material': 'the fix',
  'fix-and-timing': 'the fix and when it becomes public',
  'artifact-and-time': 'the released artifacts and the hour at which they go live',
}

const duties: Readonly<Record<ReadIn['role'], string>> = {
  'analyse-or-patch': 'to analyse the flaw or to write its fix',
  test: 'to test the fix',
  stage: 'to stage the release',
}

const minute = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`

/**
 * What a person acknowledges before they see anything, and its digest. It names nothing of the
 * case: it is read before access.
 */
export function acknowledgementOf(readIn: ReadIn): {
  readonly text: string
  readonly digest: string
} {
  const { id, tier, part, role, assigned, isEmergency } = readIn
  const { marking } = tierRules[tier]
  const opens = assigned ? minute(assigned.opensAt) : 'later'
  const ends = assigned ? minute(assigned.until) : 'later'
  const said = [
    [`Read-in ${id}, tier ${tier}, TLP:${marking}.`],
    [`I am shown ${shows[part]}, ${duties[role]}, and for nothing else.`],
    [`It opens ${opens} and ends ${ends} at the latest.`],
    ['It ends at once when the case is published or closed, or when somebody ends it.'],
    [
      'It is mine alone: I pass on neither what it shows nor that there is such a case, not within',
      'my own organisation either, unless its marking allows it and my sponsor agreed.',
    ],
    ['I look at it in sessions of my own, keep no copies beyond the task, and destroy them then.'],
    ['Each look is recorded. I tell the coordinator at once of any leak that I hear of.'],
    ...(isEmergency
      ? [['This is an emergency: it lapses after 72 hours. I agree to the papers that I tick.']]
      : []),
  ]
  const text = said.map((parts) => parts.join(' ')).join('\n')
  return { text, digest: sha256(Buffer.from(text)).toString('hex') }
}
