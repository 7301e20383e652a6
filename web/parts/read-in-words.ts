import type { OwnReadIn, ReadIn } from '../api/types.ts'

type Tier = ReadIn['tier']

type TierWords = { readonly who: string; readonly sees: string; readonly opens: string }

/** The tiers of the read-in policy, the widest first: who they are for and what they see. */
export const tierWords: Readonly<Record<Tier, TierWords>> = {
  '0': {
    who: 'Finder, response team',
    ...{ sees: 'The whole case, its proofs included', opens: 'once it is assigned' },
  },
  '1': { who: 'Analysts', sees: 'The fix', opens: 'once analysis begins' },
  '1.5': { who: 'Upstream maintainer', sees: 'The fix', opens: 'once it is ready for upstream' },
  '2': {
    who: 'Distribution partners',
    ...{ sees: 'The fix and its timing', opens: '14 days before the planned disclosure' },
  },
  '3': {
    who: 'CDNs, registries, downstream',
    ...{ sees: 'The artifacts and their hour', opens: '7 days before going live' },
  },
  '3.5': {
    who: 'International coordinators',
    ...{ sees: 'The artifacts and their hour', opens: '24 hours before going live' },
  },
}

const isTier = (text: string): text is Tier => Object.hasOwn(tierWords, text)
/** The narrowest is the default: when unsure, place lower. */
export const tierOrder: readonly Tier[] = ['3.5', '3', '2', '1.5', '1', '0']
export const tierIn = (text: string): Tier => (isTier(text) ? text : '3.5')

export const roleOfReadIn: Readonly<Record<ReadIn['role'], string>> = {
  'analyse-or-patch': 'analyse or patch',
  test: 'test',
  stage: 'stage the release',
}

export const gateWords: readonly (readonly [1 | 2 | 3, string, string])[] = [
  [1, 'Need', 'This case needs them, in writing; being a member or senior does not count.'],
  [2, 'Capacity', 'They have time and commit to one role.'],
  [3, 'Vetted person', 'Affiliation confirmed, sponsor accountable, papers seen, not shut out.'],
]

export const paperWords = {
  nda: 'non-disclosure',
  conduct: 'conduct',
  antitrust: 'antitrust',
} as const

export const endingWords: Readonly<Record<NonNullable<OwnReadIn['endedWhy']>, string>> = {
  'task-done': 'the task is done',
  'left-sponsor': 'they left their sponsor',
  'need-ended': 'the need has ended',
  breach: 'a breach of conduct or embargo',
  mistake: 'it was a mistake',
  expired: 'its time was over',
  disclosed: 'the case is public',
  'case-closed': 'the case is closed',
  'case-merged': 'the case was merged',
  'person-disabled': 'the person was disabled',
  'organisation-disabled': 'the organisation was disabled',
  'left-organisation': 'they left the organisation',
  'sponsor-left': 'the sponsor left',
  excluded: 'they were shut out',
}

export const stateWords: Readonly<Record<ReadIn['state'], string>> = {
  nominated: 'Nominated',
  gates: 'At the gates',
  assigned: 'Waits for the acknowledgement',
  acknowledged: 'Read in',
  ended: 'Ended',
  refused: 'Refused',
}
