import type { Token } from '../../api/types.ts'

type Word = { readonly word: string; readonly means: string }

export const roleWords: Readonly<Record<Token['role'], Word>> = {
  finder: {
    word: 'Finder',
    means: 'Hands in findings and reads what became of them. Right for scanners and laboratories.',
  },
  coordinator: {
    word: 'Coordinator',
    means: 'Reads every case and changes them, as a coordinator who signs in. Give it rarely.',
  },
}

export type TokenState = 'works' | 'ended' | 'revoked'

export function stateOf({ revokedAt, expiresAt }: Token, nowMs: number): TokenState {
  if (revokedAt !== null) return 'revoked'
  return Date.parse(expiresAt) <= nowMs ? 'ended' : 'works'
}
