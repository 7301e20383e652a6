import type { Session } from '../api/types.ts'

type Role = Session['role']

type Word = { readonly word: string; readonly means: string }

/** Each role in a line, the one that may least first. */
export const roleWords: Readonly<Record<Role, Word>> = {
  participant: {
    word: 'Participant',
    means: 'Sees nothing but the cases that somebody reads them in to, for a while.',
  },
  finder: {
    word: 'Finder',
    means: 'Hands in findings and reads what became of them. Right for scanners and laboratories.',
  },
  developer: {
    word: 'Developer',
    means: 'Offers models of its organisation, and sees all that is done with them.',
  },
  evaluator: {
    word: 'Evaluator',
    means: 'Evaluates models that are offered to its organisation, within their windows.',
  },
  partner: {
    word: 'Trusted partner',
    means: 'Uses models that it was named for, until the date that was agreed.',
  },
  auditor: {
    word: 'Auditor',
    means: 'Sees who belongs to this instance, its tokens and its ledger, but no case.',
  },
  reader: {
    word: 'Reader',
    means: 'Reads cases and their proofs, and changes nothing.',
  },
  triager: {
    word: 'Triager',
    means: 'Reads cases and decides about them, but reads no proofs and takes nothing out.',
  },
  analyst: {
    word: 'Analyst',
    means: 'Reads cases and proofs, decides, exports and hands in, but does not run the instance.',
  },
  coordinator: {
    word: 'Coordinator',
    means: 'Does all of that, and manages people, tokens and jobs. Give it rarely.',
  },
}

const isRole = (text: string): text is Role => Object.hasOwn(roleWords, text)

/** All roles, the one that may least first. */
export const roles: readonly Role[] = Object.keys(roleWords).filter(isRole)

/** What a token may be. */
export const tokenRoles = roles.filter((role) => role !== 'participant')

/** What a field for a role holds; finder as long as nothing else was chosen. */
export const roleIn = (text: string): (typeof tokenRoles)[number] =>
  tokenRoles.find((role) => role === text) ?? 'finder'
