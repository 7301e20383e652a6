import type { IntakeProblem, IntakeWarning } from '#formats/tap/intake-problem.ts'
import { plainProblem } from '#formats/tap/intake-problem.ts'
import { acceptedBody, monitorLink, type Receipt } from '#formats/tap/receipt.ts'
import type { Answer } from '#platform/http/answer.ts'
import { problemMediaType } from '#platform/http/problem.ts'
import type { KeptAnswer } from './idempotency.store.ts'

const json = 'application/json; charset=utf-8'

/** The 202 of the contract, as it is kept for a request that comes again. */
export const acceptedAnswer = (
  receipt: Receipt,
  warnings: readonly IntakeWarning[],
): KeptAnswer => ({
  status: 202,
  headers: { 'content-type': json, link: monitorLink(receipt), 'cache-control': 'no-store' },
  body: JSON.stringify(acceptedBody(receipt, warnings)),
})

/** A problem in the words of the contract, without members of ours. */
export function contractAnswer(
  problem: Omit<IntakeProblem, 'status'> & { readonly status: number },
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const authenticate = problem.status === 401 ? { 'www-authenticate': 'Bearer' } : {}
  return {
    status: problem.status,
    headers: {
      ...{ 'content-type': problemMediaType, 'cache-control': 'no-store' },
      ...{ ...authenticate, ...headers },
    },
    body: JSON.stringify(problem),
  }
}

const later = { 429: 'Too Many Requests', 503: 'Service Unavailable' } as const

/** Not now: nothing was stored, and after so many seconds it may be tried again. */
export const laterAnswer = (status: 429 | 503, detail: string, seconds: number): Answer =>
  contractAnswer(
    { ...plainProblem(400, detail), status, title: later[status] },
    { 'retry-after': String(Math.max(1, Math.ceil(seconds))) },
  )
