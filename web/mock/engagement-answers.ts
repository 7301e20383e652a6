import type { z } from 'zod'
import { type Answer, refusal } from './answer.ts'

/** How the model desk says "no": with the place of what was wrong. */

export const invalid = (
  errors: readonly { readonly pointer: string; readonly detail: string }[],
): Answer => refusal(422, 'invalid', 'What was sent is not what is taken here.', { errors })

export const refusedShape = ({ issues }: z.ZodError): Answer =>
  invalid(issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, detail: message })))

type Why = { readonly code: string; readonly why: string; readonly at?: string }

/** What the rules refuse, as the service answers it; `within` is where in the body it stood. */
export function refusedWhy({ code, why, at = '' }: Why, within = ''): Answer {
  if (code === 'not-allowed') return refusal(403, code, why)
  if (code === 'not-in-this-state' || code === 'released') {
    return refusal(409, 'not-in-this-state', why)
  }
  if (code === 'another-digest') return refusal(412, 'changed', why)
  return invalid([{ pointer: `${within}${at}`, detail: why }])
}
