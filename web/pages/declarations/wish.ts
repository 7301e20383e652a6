import type { Declaration, PackCommitment } from '../../api/types.ts'
import type { ruleKey } from '../../parts/runs/declaration-words.ts'

type Grouping = 'all' | 'families' | 'cells'

/** What somebody types; numbers are texts until they are sent. */
export type Typed = {
  readonly pack: string
  readonly grouping: Grouping
  readonly protocol: string
  readonly tokenBudget: string
  readonly attempts: string
  readonly threshold: string
  readonly alpha: string
  readonly rule: ReturnType<typeof ruleKey>
  readonly orderSeed: string
}

/** Nobody chose it: what is drawn with it could not have been arranged. */
const drawnSeed = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export const firstTyped = (): Typed => ({
  ...{ pack: '', grouping: 'all', protocol: '', tokenBudget: '2500000', attempts: '5' },
  ...{ threshold: '0.5', alpha: '0.05', rule: 'fixed-look', orderSeed: drawnSeed() },
})

/** What is missing before it can be sent; null when all is there. */
export function lacking(typed: Typed): string | null {
  if (typed.pack === '') return 'Choose the pack that the tasks are from.'
  if (typed.protocol.trim() === '') return 'Say the protocol: scaffold and tools.'
  const { tokenBudget, attempts, threshold, alpha } = typed
  const isWhole = (text: string): boolean => /^[1-9]\d*$/.test(text)
  if (!isWhole(tokenBudget) || !isWhole(attempts)) return 'Budget and attempts are whole numbers.'
  const isShare = (text: string, most: number): boolean => Number(text) > 0 && Number(text) < most
  if (!isShare(threshold, 1)) return 'The threshold lies between 0 and 1.'
  return isShare(alpha, 0.5) ? null : 'The error lies between 0 and 0.5.'
}

/** The strata of a bank as they are declared: every task of it, with the weights committed to. */
export function strataOf(
  { strata }: Pick<PackCommitment, 'strata'>,
  grouping: Grouping,
): Declaration['strata'] {
  const names = {
    all: () => 'all',
    families: ({ family }: { readonly family: string }) => family,
    cells: (one: { readonly family: string; readonly difficulty: number }) =>
      `${one.family}/${one.difficulty}`,
  }
  const all = strata.reduce((sum, { weight }) => sum + weight, 0)
  return [...Map.groupBy(strata, names[grouping])].map(([name, own]) => {
    const tasks = own.reduce((sum, one) => sum + one.tasks, 0)
    const weight = own.reduce((sum, one) => sum + one.weight, 0) / all
    return { name, weight, tasksMax: tasks, bankTasks: tasks }
  })
}

export function declarationOf(typed: Typed, commitment: PackCommitment): Declaration {
  const { protocol, rule, orderSeed, grouping } = typed
  return {
    ...{ kind: 'evaluation-declaration', version: 1, bankRoot: commitment.root },
    strata: strataOf(commitment, grouping),
    ...{ protocol: protocol.trim(), tokenBudget: Number(typed.tokenBudget) },
    ...{ attempts: Number(typed.attempts), threshold: Number(typed.threshold) },
    ...{ alpha: Number(typed.alpha), orderSeed, missing: 'both-bounds' },
    rule: rule === 'fixed-look' ? { is: rule } : { is: 'sequential', population: rule },
  }
}
