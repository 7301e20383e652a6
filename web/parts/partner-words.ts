import type { OccurrenceWish, Partner } from '../api/types.ts'

/** How trusted partners, what they may do and what happens at them are called. */

type Mark = { readonly sign: string; readonly word: string; readonly tone: string }

export const partnerStates: Readonly<Record<Partner['state'], Mark>> = {
  proposed: { sign: '○', word: 'Proposed', tone: 'text-warn' },
  agreed: { sign: '○', word: 'Agreed, not started', tone: 'text-text' },
  started: { sign: '●', word: 'Has the model', tone: 'text-good' },
  ended: { sign: '–', word: 'Over', tone: 'text-quiet' },
}

export const tierWords: Readonly<Record<Partner['tier'], string>> = {
  defence: 'Defence',
  'red-team': 'Red team',
  specialised: 'Specialised',
}

export const occurrenceWords: Readonly<Record<OccurrenceWish['what'], string>> = {
  misuse: 'Misuse',
  'compromised-credential': 'A credential is compromised',
  leaver: 'Somebody leaves',
}

/** What leaves a partner's machines, as the rule of its tier says. */
export const egressWord = (egress: string): string =>
  egress === 'allow-list-with-logs'
    ? 'Its machines reach listed addresses only, with logs'
    : 'Its machines reach what they always do'
