import { createHash } from 'node:crypto'
import type { Ties } from '#platform/openid/provider.ts'

/** What is kept of somebody who is at the provider; never the secret that their browser keeps. */
export type ProviderRequest = {
  /** The page of ours where it goes on. */
  readonly target: string
} & (
  | { readonly purpose: 'sign-in' }
  | { readonly purpose: 'link'; readonly person: string; readonly session: string }
)

const derived = (purpose: string, secret: string): string =>
  createHash('sha256').update(`${purpose} of ${secret}`).digest('base64url')

/**
 * What ties the provider's answer to the browser that asked. All of it follows from the secret of
 * that browser's cookie, so that none has to be kept, and none tells another or the secret.
 */
export const tiesOf = (secret: string): Ties => ({
  state: derived('state', secret),
  nonce: derived('nonce', secret),
  verifier: derived('verifier', secret),
})

/** Whether an answer carries this state, once. */
export function isAnswerTo({ state }: Ties, answer: string): boolean {
  const states = new URLSearchParams(answer).getAll('state')
  return states.length === 1 && states[0] === state
}
