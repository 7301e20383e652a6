import type { EngagementEvent } from '../../api/types.ts'
import { actionWord, isAction } from '../../parts/ledger-words.ts'
import { lineOf } from '../../parts/outside-text.tsx'

/** What was said of an engagement, as the rest of a sentence that begins with who said it. */
const actWords: Readonly<Record<string, string>> = {
  counter: 'proposed something else',
  accept: 'accepted',
  decline: 'declined',
  withdraw: 'withdrew the model',
  pause: 'paused access',
  resume: 'let access go on',
  narrow: 'took something back',
  extend: 'let access go on longer',
  end: 'left: access ended',
  leave: 'left: access ended',
  'plan-release': 'changed the planned release',
  release: 'stated that it is released',
  settle: 'settled what was kept',
}

const otherWords: Readonly<Record<string, string>> = {
  'engagement.offer': 'offered the model',
  'gateway.endpoint': 'said where the model answers',
  'gateway.withdraw': 'took the endpoint back',
  'gateway.read': 'looked at the endpoint',
  'gateway.token': 'asked for a token',
  'gateway.revoke': 'took a token back',
  'gateway.close': 'a gateway ended access and proved it',
  'engagement.close': 'ended access at the moment that was due',
}

/** One entry of the log in words; an action that has none is shown by its name. */
export function eventWord({ action, kind, fields }: EngagementEvent): string {
  if (action === 'engagement.act') return actWords[fields['act'] ?? ''] ?? 'said something'
  if (action === 'engagement.read') {
    return kind === 'document' ? 'read a document' : 'opened this page'
  }
  if (action === 'engagement.document') return 'handed in a document'
  const known = otherWords[action]
  if (known !== undefined) return known
  return isAction(action) ? actionWord(action) : lineOf(action, 60)
}
