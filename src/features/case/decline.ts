import { invalid } from '#platform/http/arrival.ts'
import type { Problem } from '#platform/http/problem.ts'
import { problem } from '#platform/http/problem.ts'

/** Why a decision is not carried out; nothing was changed. */
export type Decline =
  | { readonly is: 'unknown'; readonly what: string }
  /** The request contradicts itself or the rules; `field` is where, as a JSON pointer. */
  | { readonly is: 'invalid'; readonly why: string; readonly field: string }
  /** The case is not in a state in which that can be done. */
  | { readonly is: 'state'; readonly why: string }
  /** Somebody decided on the case after the version that this decision was made on. */
  | {
      readonly is: 'changed'
      readonly current: number
      /** Who changed what since, newest last; one sentence each. */
      readonly since: readonly string[]
    }
  /** Cases of unlike labels do not become one, and their histories name neither to the other. */
  | { readonly is: 'labels' }
  | { readonly is: 'above-ceiling' }
  /** Several people do that only: by an approval of this kind. */
  | { readonly is: 'needs-approval'; readonly kind: ApprovedKind }
  /** Later decisions rest on the one to be undone. */
  | { readonly is: 'needed'; readonly by: readonly { id: string; says: string }[] }

export type ApprovedKind = 'case.lower-label' | 'case.lift-embargo'

const needsApproval: Readonly<Record<ApprovedKind, string>> = {
  'case.lower-label':
    'This label would show the case to more people than its own: others have to agree first.',
  'case.lift-embargo': 'This would end the embargo early: another person has to agree first.',
}

/** A decline as the server answers it. */
export function problemOf(decline: Decline): Problem {
  switch (decline.is) {
    case 'unknown':
      return problem('not-found', `There is no such ${decline.what}.`)
    case 'invalid':
      return invalid([{ in: 'body', pointer: decline.field, detail: decline.why }])
    case 'state':
      return problem('not-in-this-state', decline.why)
    case 'changed': {
      const { current, since } = decline
      const what = since.length > 0 ? since.join(' ') : 'The case was changed meanwhile.'
      const detail = `${what} Nothing of your change was saved; look at the case and decide again.`
      return problem('conflict', detail, { more: { current, since: since.join('\n') } })
    }
    case 'labels':
      return problem('labels-differ', labelsDiffer)
    case 'above-ceiling':
      return problem('above-ceiling', 'This instance may not hold anything so classified.')
    case 'needs-approval':
      return problem('needs-approval', needsApproval[decline.kind], {
        more: { kind: decline.kind, ask: '/v1/approvals' },
      })
    case 'needed': {
      const said = decline.by.map(({ id, says }) => `${says} (event ${id})`).join(' ')
      const [first] = decline.by
      const detail = `Later decisions rest on this one: ${said} Undo those first.`
      return problem('not-in-this-state', detail, { more: { neededBy: first?.id ?? null } })
    }
  }
}

const labelsDiffer =
  'These cases have unlike labels, and a case has one: what is said of it would be shown to ' +
  'those who may see one of them only. Give them one label first, or link them.'

/** One sentence for a list of refusals. */
export const sayDecline = (decline: Decline): string =>
  decline.is === 'invalid' ? decline.why : problemOf(decline).detail
