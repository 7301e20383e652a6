import type { Clearance, Label } from '#features/label/label.ts'
import { hashToken } from '#platform/crypto/token.ts'
import type { Budget } from '../terms.ts'
import type { Opening } from './opening.ts'
import type { Outcome } from './outcome.ts'
import type { Price, Tokens, Usage } from './usage.ts'

/** Where the developer's model answers. All of it is agreed; nothing of it comes from a request. */
export type Endpoint = {
  /** Which of its versions it is: each has a credential of its own, which no other is sent. */
  readonly version: number
  /** Origin, and a path before `/v1` where there is one. */
  readonly base: URL
  /** The names by which the offered model may be asked; none grants none. */
  readonly models: readonly string[]
  /** Whether the endpoint's own list of models may be read. */
  readonly mayList: boolean
  /** In which header, and after which word, the endpoint takes the credential. */
  readonly credential: { readonly header: 'authorization' | 'x-api-key'; readonly scheme: string }
  /** What the endpoint may see. */
  readonly clearance: Clearance
  /** What the model takes and gives at most in one request. */
  readonly most: Tokens
  readonly price: Price
}

/** Caps on one request; what passes them is cut. */
export type Caps = {
  readonly requestBytes: number
  /** Of the answer, also after it is unpacked. */
  readonly answerBytes: number
  /** Until the head of the answer is there. */
  readonly firstByteMs: number
  /** Without a further piece of the answer, or of it being taken. */
  readonly silenceMs: number
  readonly wholeMs: number
}

/** What a short-lived token stands for: one person, one run. */
export type Grant = {
  readonly engagement: string
  /** Whose gate it is for; null for that of the evaluators. */
  readonly partner: string | null
  /** For which the person acts. */
  readonly organisation: string
  readonly person: string
  readonly run: string
  readonly endpoint: Endpoint
  readonly expiresAt: Date
  /** Of what the run is about: requests that say nothing of a label have this one. */
  readonly label: Label
  /** For this run, within the budget of the engagement. */
  readonly budget: Budget
  readonly caps: Caps
}

/** The gate that somebody goes by: a partner's own, or that of the engagement. */
export const gateOf = ({ engagement, partner }: Pick<Grant, 'engagement' | 'partner'>): string =>
  partner ?? engagement

/** The digest by which a book of grants knows a token: SHA-256, hexadecimal. */
export const tokenDigest = (token: string): string => hashToken(token).toString('hex')

export type GrantBook = {
  /** Null for a token that is unknown or taken back. */
  readonly find: (tokenDigest: string, how?: { readonly isFresh: boolean }) => Promise<Grant | null>
  /** Those of these tokens that are known and not taken back, by their digests. */
  readonly standing: (tokenDigests: readonly string[]) => Promise<ReadonlySet<string>>
}

/** A budget and who draws on it. */
export type Account = { readonly name: string; readonly limits: Budget }

export type Draw = {
  readonly gate: string
  /** The changes of what the gate goes by that whoever draws knows of; all where it says none. */
  readonly seen?: number
  /** All of them have to allow it, or none is drawn on. */
  readonly accounts: readonly Account[]
  readonly run: string
  /** Names the request within the run, however often it is asked again. */
  readonly request: string
  /** SHA-256 of method, path and body: under one name goes one request. */
  readonly digest: string
  readonly tokens: number
  readonly microUsd: number
  /** After that time a place at once is free again, though nobody settled. */
  readonly leaseMs: number
}

export type Drawn =
  | { readonly is: 'reserved'; readonly reservation: string }
  | { readonly is: 'exhausted'; readonly account: string; readonly what: keyof Budget }
  | { readonly is: 'in-flight' }
  | { readonly is: 'another-request' }
  /** What the gate goes by has changed since: it is to be read again. */
  | { readonly is: 'changed' }

export type Spent = {
  readonly tokens: number
  readonly microUsd: number
  /** A request that was not answered counts once, however often it is asked again. */
  readonly isAnswered: boolean
}

/**
 * What is used up, of all gateways together. A reservation holds the most that a request can use
 * until it is settled; one that is never settled has used it.
 */
export type BudgetBook = {
  readonly reserve: (draw: Draw) => Promise<Drawn>
  /** Once: what is settled already, or not known, changes nothing. */
  readonly settle: (reservation: string, spent: Spent) => Promise<void>
}

/** One request, as the developer sees it. */
export type AccessEntry = {
  readonly node: string
  /** From 1 for each node and gate; the digest before it is part of what is hashed. */
  readonly sequence: number
  readonly previous: string
  readonly engagement: string
  /** By whose gate; absent for that of the evaluators. */
  readonly partner?: string | undefined
  readonly organisation: string
  readonly person: string
  readonly run: string
  readonly request: string
  readonly asked: string
  readonly receivedAt: string
  /** Milliseconds from then on; null where it did not come to that. */
  readonly sentMs: number | null
  readonly firstByteMs: number | null
  readonly endedMs: number
  readonly status: number | null
  readonly outcome: Outcome
  readonly requestBytes: number
  readonly answerBytes: number
  /** SHA-256 of what passed; null where the terms show sizes only, or nothing passed. */
  readonly requestSha256: string | null
  readonly answerSha256: string | null
  readonly usage: Usage | null
  readonly microUsd: number
}

/** With the SHA-256 of the entry's canonical JSON, hexadecimal. */
export type LoggedEntry = { readonly entry: AccessEntry; readonly digest: string }

export type AccessLog = {
  /** In their order, all or none; what is in it already changes nothing. */
  readonly append: (entries: readonly LoggedEntry[]) => Promise<void>
}

export type WindowWatch = {
  readonly read: (gate: string) => Promise<Opening | null>
  /** Gates by which access may be running, so that they are closed though nobody asks. */
  readonly running: () => Promise<readonly string[]>
  /** Tells of gates that changed; answers how to stop that. May lose one, never for long. */
  readonly subscribe: (listener: (gate: string) => void) => () => void
}

/** With the version of the endpoint that it was given for. */
export type OpenedCredential = { readonly value: Buffer; readonly version: number }

/** Where the developer's credentials lie sealed. */
export type CredentialVault = {
  /** A copy that the caller overwrites; null where there is none, or none any more. */
  readonly open: (gate: string) => Promise<OpenedCredential | null>
  /** Of the credential that is there; null where there is none. */
  readonly version: (gate: string) => Promise<number | null>
}

/** What one gateway can prove of an end: from then on nothing passed here. */
export type ClosingProof = {
  readonly node: string
  readonly engagement: string
  /** By whose gate; absent for that of the evaluators. */
  readonly partner?: string | undefined
  /** When access ended, and when this gateway had ended it. */
  readonly closedAt: string
  readonly doneAt: string
  readonly cutStreams: number
  /** The last request that was passed on here, and when it came. */
  readonly lastRequest: { readonly request: string; readonly receivedAt: string } | null
  readonly entries: number
  /** Of the last entry; `''` where there is none. */
  readonly chainHead: string
}

/** Destroys the credential that is left at the gate of a proof and keeps the proof, or neither. */
export type ClosingBook = { readonly keep: (proof: ClosingProof) => Promise<void> }

export type Books = {
  readonly grants: GrantBook
  readonly budgets: BudgetBook
  readonly log: AccessLog
  readonly windows: WindowWatch
  readonly vault: CredentialVault
  readonly closings: ClosingBook
}
