import type { Approval } from '../../api/types.ts'

export const stateWords: Readonly<Record<Approval['state'], string>> = {
  requested: 'Waits for a decision',
  granted: 'Granted',
  refused: '✗ Refused',
  withdrawn: '✗ Withdrawn',
  expired: '✗ Expired: nobody decided in time',
  done: '✓ Granted and done',
  failed: '✗ Granted, but could not be done',
}

/** Why somebody who looks cannot decide; said to them. */
export const whyNotWords: Readonly<Record<NonNullable<Approval['whyNot']>, string>> = {
  'own-request': 'You asked for this yourself: another person decides it.',
  'same-human': 'Your account and the one that asks are of the same person.',
  'account-made-by-requester':
    'One person made one of the two accounts, gave it its role or drew its link: add a passkey ' +
    'of its own on the page Profile, or let somebody else decide.',
  'organisation-too-near':
    'It takes two organisations here, and whoever asks acts for yours: ' +
    'somebody of another one decides.',
  expired: 'Its time is over.',
  decided: 'It is decided.',
  changed: 'What would happen changed since it was asked.',
  'lacks-permission': 'Your role does not decide this kind of request.',
  'not-in-person': 'Only whoever signed in decides.',
}
