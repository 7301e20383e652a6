import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { type Role, roles } from '#features/org/role.ts'
import { sha256 } from '#formats/tlog/hash.ts'
import { no, type Result, yes } from '#kernel/result.ts'

/** Everything that is recorded: privileged reads, and changes. */
export const ledgerActions = [
  ...(['sign-in.open', 'sign-in.end', 'token.make', 'token.revoke', 'link.make'] as const),
  ...(['passkey.add', 'passkey.remove', 'recovery-codes.make'] as const),
  ...(['member.role', 'member.remove'] as const),
  ...(['identity.link', 'identity.remove'] as const),
  ...(['person.add', 'person.change', 'organisation.change'] as const),
  ...(['agreement.publish', 'agreement.accept', 'factor.ask'] as const),
  ...(['case.read', 'case.decide', 'case.export', 'case.search', 'suggestion.read'] as const),
  ...(['link.decide', 'label.default', 'report.shred'] as const),
  ...(['case.label', 'clearance.change'] as const),
  ...(['attachment.read', 'import.receive', 'advisories.import', 'backup.take'] as const),
  ...(['approval.request', 'approval.grant', 'approval.refuse', 'approval.withdraw'] as const),
  ...(['approval.expire', 'approval.done', 'approval.fail'] as const),
  ...(['person.same', 'person.not-same', 'hold.open'] as const),
  ...(['read-in.nominate', 'read-in.gate', 'read-in.refuse', 'read-in.assign'] as const),
  ...(['read-in.acknowledge', 'read-in.tier', 'read-in.end', 'read-in.look'] as const),
  ...(['read-in.log', 'read-in.reuse', 'exclusion.add', 'exclusion.end'] as const),
  ...(['ledger.read', 'ledger.redact', 'ledger.rotate-key'] as const),
  ...(['watermark.read', 'setting.change', 'read-stop.lift', 'alert.acknowledge'] as const),
  ...(['access.explain', 'alert.raise', 'honey.make', 'honey.retire'] as const),
  ...(['pseudonym.make', 'pseudonym.reveal', 'finder.message'] as const),
  ...(['proof.hand-in', 'proof.read', 'proof.run', 'proof.end', 'proof.dispute'] as const),
  ...(['proof.cancel', 'worker.register', 'worker.switch'] as const),
  ...(['engagement.offer', 'engagement.act', 'engagement.close', 'engagement.read'] as const),
  ...(['engagement.document', 'determination.ask', 'determination.act'] as const),
  ...(['gateway.endpoint', 'gateway.withdraw', 'gateway.token', 'gateway.revoke'] as const),
  ...(['gateway.read', 'gateway.close'] as const),
  ...(['partner.propose', 'partner.act', 'partner.occurrence', 'partner.duty'] as const),
  ...(['pack.commit', 'pack.publish', 'pack.hand-in', 'pack.right', 'pack.fetch'] as const),
  ...(['pack.open', 'pack.open-task', 'engagement.declare'] as const),
  ...(['run.begin', 'run.sample', 'run.read', 'run.look', 'run.close'] as const),
  ...(['run.review', 'run.dispute', 'run.respond', 'run.destroy'] as const),
  ...(['verdict.give', 'verdict.read', 'technique.keep', 'technique.read'] as const),
  ...(['policy.publish', 'policy.reread', 'engagement.hand-back'] as const),
  ...(['verdict.export-down', 'verdict.fetch-bundle', 'verdict.take'] as const),
  ...(['verdict-key.trust', 'verdict-key.end'] as const),
  ...(['retention.pass', 'transcript.destroy', 'document.destroy'] as const),
] as const
export type LedgerAction = (typeof ledgerActions)[number]

/** Those by which somebody gets to see what reports say. */
export const seeingActions = [
  ...(['case.read', 'case.export', 'suggestion.read', 'attachment.read', 'proof.read'] as const),
] as const satisfies readonly LedgerAction[]
/** Those of them that take something out. */
export const takingActions = ['case.export'] as const satisfies readonly LedgerAction[]

export const ledgerKinds = [
  ...(['session', 'token', 'passkey', 'person', 'organisation'] as const),
  ...(['case', 'report', 'attachment', 'import'] as const),
  ...(['advisories', 'backup', 'entry', 'approval', 'suggestion'] as const),
  ...(['search', 'suggestions', 'ledger', 'key'] as const),
  ...(['read-in', 'exclusion'] as const),
  ...(['export', 'setting', 'stop', 'alert', 'honey'] as const),
  ...(['agreement', 'proof', 'run', 'worker'] as const),
  ...(['engagement', 'determination', 'partner', 'document', 'endpoint', 'grant'] as const),
  ...(['pack', 'declaration'] as const),
  ...(['verdict', 'technique', 'policy'] as const),
] as const
export type LedgerKind = (typeof ledgerKinds)[number]

/** Who acts: a person for an organisation, in a role. The product itself has neither. */
export type LedgerActor = {
  readonly person: string | null
  readonly organisation: string | null
  readonly role: 'system' | Role
}

/** What is recorded: ids and digests, never content. */
export type LedgerEntry = {
  readonly at: Date
  /**
   * Who acts, where it is not whoever the transaction runs as: the product itself records in the
   * name of others, and the database lets nobody else.
   */
  readonly actor?: LedgerActor
  readonly action: LedgerAction
  readonly kind: LedgerKind
  readonly record: string
  /** SHA-256, hexadecimal, of what was read or changed; absent where there is nothing to digest. */
  readonly digest?: string
  /** Why, in the words of who acted. */
  readonly reason?: string
  /** What more has to be known to tell what was done, by short names. */
  readonly fields?: Readonly<Record<string, string>>
  /**
   * The reports that are shown or handed out by it, by their ids: who handed one in finds the entry
   * by it. It is kept beside the ledger, not in it.
   */
  readonly about?: readonly string[]
}

/** An entry of which it is known who acts. */
export type WholeEntry = LedgerEntry & { readonly actor: LedgerActor }

/** A value that may be taken away later, and the salt without which its hash tells nothing. */
export type SaltedField = { readonly salt: string; readonly value: string }
export type SaltedFields = Readonly<Record<string, SaltedField>>

/** The bytes of an entry as text, and what lies beside it. */
export type SealedEntry = {
  readonly action: LedgerAction
  readonly leaf: string
  readonly fields: SaltedFields
}

const saltBytes = 16
export type Salt = () => Buffer
const randomSalt: Salt = () => randomBytes(saltBytes)

/** SHA-256(salt || value), hexadecimal. Salts are of one length, so no two pairs give one text. */
export const commitmentOf = ({ salt, value }: SaltedField): string =>
  sha256(Buffer.from(salt, 'hex'), Buffer.from(value)).toString('hex')

/** What an entry says of values that it does not hold: SHA-256 of their canonical JSON. */
export const digestOf = (value: unknown): string =>
  sha256(Buffer.from(canonicalJson(value))).toString('hex')

const hex32 = z.string().regex(/^[0-9a-f]{64}$/)
const commitment = hex32.nullable()
const Leaf = z.strictObject({
  action: z.enum(ledgerActions),
  actingFor: z.strictObject({
    organisation: z.string().nullable(),
    role: z.enum(['system', ...roles]),
  }),
  actor: commitment,
  at: z.string(),
  digest: commitment,
  fields: z.record(z.string().regex(/^[a-z][a-zA-Z]{0,30}$/), hex32),
  reason: commitment,
  record: z.strictObject({ id: hex32, kind: z.enum(ledgerKinds) }),
  v: z.literal(1),
})
/** What the bytes of an entry say: all but the values, in whose place their commitments stand. */
export type Leaf = z.infer<typeof Leaf>

/** What every reader must take for the same entry: sorted keys, no spaces (as RFC 8785 has it). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`)
  return `{${members.join()}}`
}

/** Turns an entry into the bytes that are hashed and the values that lie beside them. */
export function sealEntry(entry: WholeEntry, salt: Salt = randomSalt): SealedEntry {
  const { actor, action } = entry
  const fields: Record<string, SaltedField> = {}
  const commit = (name: string, value: string): string => {
    const field = { salt: salt().toString('hex'), value: storable(value) }
    fields[name] = field
    return commitmentOf(field)
  }
  const commitIf = (name: string, value: string | null | undefined): string | null =>
    value === null || value === undefined ? null : commit(name, value)
  const leaf: Leaf = {
    ...{ v: 1, at: entry.at.toISOString(), action },
    actor: commitIf('actor', actor.person),
    actingFor: { organisation: actor.organisation, role: actor.role },
    record: { id: commit('record', entry.record), kind: entry.kind },
    digest: commitIf('digest', entry.digest),
    reason: commitIf('reason', entry.reason),
    fields: Object.fromEntries(
      Object.entries(entry.fields ?? {}).map(([name, value]) => [
        name,
        commit(`fields.${name}`, value),
      ]),
    ),
  }
  return { action, leaf: canonicalJson(leaf), fields }
}

/** The database keeps neither NUL nor half characters; what is committed to is what it keeps. */
const storable = (value: string): string => value.toWellFormed().replaceAll('\0', '\ufffd')

const malformed = (why: string): Result<never> => no({ code: 'malformed', why })

/** Reads the bytes of an entry; refuses any spelling but the one that they are written in. */
export function parseLeaf(text: string): Result<Leaf> {
  const parsed = Leaf.safeParse(jsonOf(text))
  if (!parsed.success) return malformed('is no entry of the ledger')
  if (canonicalJson(parsed.data) !== text) return malformed('is not spelled as entries are')
  return yes(parsed.data)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The commitments of an entry, by the names of their fields. */
function commitmentsOf(leaf: Leaf): ReadonlyMap<string, string> {
  const all: [string, string | null][] = [
    ['actor', leaf.actor],
    ['record', leaf.record.id],
    ['digest', leaf.digest],
    ['reason', leaf.reason],
    ...Object.entries(leaf.fields).map(([name, hash]): [string, string] => [
      `fields.${name}`,
      hash,
    ]),
  ]
  const found = new Map<string, string>()
  for (const [name, hash] of all) if (hash !== null) found.set(name, hash)
  return found
}

const saltedField = z.strictObject({
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  value: z.string(),
})
const Fields = z.record(z.string(), saltedField)

/** What lies beside an entry, as it is stored; null where it is of another shape. */
export function parseFields(value: unknown): SaltedFields | null {
  const parsed = Fields.safeParse(value)
  return parsed.success ? parsed.data : null
}

/** The values of an entry: what was taken away is listed, and what was changed. */
export type Opened = {
  readonly values: ReadonlyMap<string, string>
  readonly redacted: readonly string[]
  /** Fields whose value is not the one that was committed to, or that the entry does not have. */
  readonly wrong: readonly string[]
}

/** Holds what lies beside an entry against the commitments in it. */
export function openEntry(leaf: Leaf, fields: SaltedFields): Opened {
  const commitments = commitmentsOf(leaf)
  const values = new Map<string, string>()
  const redacted: string[] = []
  const wrong = Object.keys(fields).filter((name) => !commitments.has(name))
  for (const [name, hash] of commitments) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (field === undefined) redacted.push(name)
    else if (commitmentOf(field) === hash) values.set(name, field.value)
    else wrong.push(name)
  }
  return { values, redacted, wrong }
}
