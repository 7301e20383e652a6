import type { LedgerEntry } from '../api/types.ts'

type Action = LedgerEntry['action']

/** What somebody did, as the rest of a sentence that begins with them. */
const words: Readonly<Partial<Record<Action, string>>> = {
  'sign-in.open': 'signed in',
  'sign-in.end': 'ended a session',
  'token.make': 'made a token',
  'token.revoke': 'revoked a token',
  'link.make': 'made a one-time link',
  'passkey.add': 'added a passkey',
  'passkey.remove': 'removed a passkey',
  'recovery-codes.make': 'made recovery codes',
  'identity.link': 'linked an account',
  'identity.remove': 'removed a linked account',
  'member.role': 'changed a role',
  'member.remove': 'took somebody out of an organisation',
  'person.add': 'added a person',
  'person.change': 'changed a person',
  'organisation.change': 'changed an organisation',
  'case.read': 'opened a case',
  'case.decide': 'decided about a case',
  'case.export': 'took a case out',
  'case.search': 'searched by words',
  'suggestion.read': 'read suggestions',
  'attachment.read': 'downloaded an attachment',
  'proof.hand-in': 'handed in a proof',
  'proof.read': 'opened a proof',
  'proof.run': 'had a proof run again',
  'proof.cancel': 'cancelled the runs of a proof',
  'proof.end': 'a run of a proof ended',
  'proof.dispute': 'disputed a proof',
  'worker.register': 'a worker began to run proofs',
  'worker.switch': 'switched a worker off or on',
  'report.shred': 'destroyed what came with a report',
  'import.receive': 'handed in a document',
  'advisories.import': 'took public records over',
  'backup.take': 'took a backup',
  'ledger.read': 'looked at the ledger',
  'ledger.redact': 'took values out of the ledger',
  'ledger.rotate-key': 'changed the key of the ledger',
  'alert.raise': 'told auditors of something unusual',
  'honey.make': 'made a honey case',
  'honey.retire': 'retired a honey case',
}

export const actionWord = (action: Action): string => words[action] ?? action

const isAction = (text: string): text is Action => Object.hasOwn(words, text)
/** Actions that one may filter by. */
export const knownActions: readonly Action[] = Object.keys(words).filter(isAction)
export const actionIn = (text: string | undefined): Action | undefined =>
  text !== undefined && isAction(text) ? text : undefined
