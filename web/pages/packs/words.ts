import type { PackRow } from '../../api/types.ts'

/** What whoever asks may do with a pack. To see that it is there is one thing, to fetch it another. */
export function mayWords({ mayQuery, mayKeep }: Pick<PackRow, 'mayQuery' | 'mayKeep'>): string {
  const may = mayQuery ? 'may fetch it' : 'may see that it is there'
  return mayKeep ? `${may}, and say who else may` : may
}

export const rightWords = {
  view: 'may see that it is there',
  query: 'may see it and fetch it for a run',
} as const

/** Every pair of holders, by their places from 1, as the service names them. */
export const pairsOf = (holders: readonly string[]): readonly (readonly [string, string])[] =>
  holders.flatMap((one, at) =>
    holders
      .slice(at + 1)
      .map((other, more) => [`${at + 1}-${at + 2 + more}`, `${one} and ${other}`] as const),
  )
