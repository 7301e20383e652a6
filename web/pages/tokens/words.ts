import type { Token } from '../../api/types.ts'

export type TokenState = 'works' | 'ended' | 'revoked'

export function stateOf({ revokedAt, expiresAt }: Token, nowMs: number): TokenState {
  if (revokedAt !== null) return 'revoked'
  return Date.parse(expiresAt) <= nowMs ? 'ended' : 'works'
}
