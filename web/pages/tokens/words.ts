import type { Permission, Token } from '../../api/types.ts'

export type TokenState = 'works' | 'ended' | 'revoked'

export function stateOf({ revokedAt, expiresAt }: Token, nowMs: number): TokenState {
  if (revokedAt !== null) return 'revoked'
  return Date.parse(expiresAt) <= nowMs ? 'ended' : 'works'
}

/** What each permission lets one do. */
export const permissionWords: Readonly<Record<Permission, string>> = {
  read: 'Read cases',
  'read-proofs': 'Read proofs',
  decide: 'Decide about cases',
  export: 'Take cases out',
  'hand-in': 'Hand in',
  operate: 'See jobs and metrics',
  administer: 'Revoke tokens',
  audit: 'See people, tokens and the ledger',
  offer: 'Offer models, and end access to them',
  evaluate: 'Evaluate models that are offered',
  partake: 'Use models as a trusted partner',
}
