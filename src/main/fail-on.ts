import type { TriagedCase } from '#features/exchange/triage.ts'
import { outcomeOrder, severityOrder } from '#features/exchange/words.ts'

/** CISA's coordinator outcomes, most urgent first. */
const coordinatorOrder: readonly string[] = ['act', 'attend', 'track*', 'track']

const orders = [
  { words: severityOrder, of: (found: TriagedCase) => found.severity },
  { words: outcomeOrder, of: (found: TriagedCase) => found.decision.deployer },
  { words: coordinatorOrder, of: (found: TriagedCase) => found.decision.coordinator },
] as const

/** Every word that `--fail-on` takes. */
export const failOnWords: readonly string[] = orders.flatMap(({ words }) => words)

/** Whether a case is at least as grave as the word says, in the word's own order. */
export function failsOn(word: string, cases: readonly TriagedCase[]): boolean {
  const wanted = word.toLowerCase()
  const order = orders.find(({ words }) => words.includes(wanted))
  if (!order) return false
  const limit = order.words.indexOf(wanted)
  return cases.some((found) => {
    const place = order.words.indexOf(order.of(found).toLowerCase())
    return place >= 0 && place <= limit
  })
}
