import type { Engagement } from '../engagement.ts'
import {
  type AccessLog,
  type ClosingBook,
  type ClosingProof,
  type CredentialVault,
  type Grant,
  type GrantBook,
  gateOf,
  type LoggedEntry,
  type OpenedCredential,
  tokenDigest,
  type WindowWatch,
} from './books.ts'
import { type Opening, openingOfEngagement } from './opening.ts'

export class MemoryGrants implements GrantBook {
  readonly #grants = new Map<string, Grant>()

  give(token: string, grant: Grant): void {
    this.#grants.set(tokenDigest(token), grant)
  }

  takeBack(token: string): void {
    this.#grants.delete(tokenDigest(token))
  }

  readonly find = async (digest: string): Promise<Grant | null> => this.#grants.get(digest) ?? null

  readonly standing = async (digests: readonly string[]): Promise<ReadonlySet<string>> =>
    new Set(digests.filter((digest) => this.#grants.has(digest)))
}

export class MemoryLog implements AccessLog {
  readonly entries: LoggedEntry[] = []
  readonly #places = new Set<string>()

  readonly append = async (entries: readonly LoggedEntry[]): Promise<void> => {
    for (const one of entries) {
      const { node, partner, engagement, sequence } = one.entry
      const place = JSON.stringify([node, partner ?? engagement, sequence])
      if (this.#places.has(place)) continue
      this.#places.add(place)
      this.entries.push(one)
    }
  }
}

export class MemoryWindows implements WindowWatch {
  readonly #openings = new Map<string, Opening>()
  readonly #listeners = new Set<(gate: string) => void>()

  /** What an engagement is from now on; all gateways are told. */
  put(engagement: Engagement): void {
    this.open(openingOfEngagement(engagement))
  }

  /** What a gate goes by from now on, whoever it is for. */
  open(opening: Opening): void {
    const gate = gateOf(opening)
    this.#openings.set(gate, opening)
    for (const listener of this.#listeners) listener(gate)
  }

  readonly read = async (gate: string): Promise<Opening | null> => this.#openings.get(gate) ?? null

  readonly running = async (): Promise<readonly string[]> =>
    [...this.#openings.values()].filter(({ terms }) => terms !== null).map(gateOf)

  readonly subscribe = (listener: (gate: string) => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

export class MemoryVault implements CredentialVault {
  readonly #credentials = new Map<string, OpenedCredential>()

  put(gate: string, credential: string, version = 1): void {
    this.#credentials.set(gate, { value: Buffer.from(credential), version })
  }

  has(gate: string): boolean {
    return this.#credentials.has(gate)
  }

  readonly open = async (gate: string): Promise<OpenedCredential | null> => {
    const found = this.#credentials.get(gate)
    return found === undefined ? null : { ...found, value: Buffer.from(found.value) }
  }

  readonly version = async (gate: string): Promise<number | null> =>
    this.#credentials.get(gate)?.version ?? null

  readonly destroy = async (gate: string): Promise<void> => {
    this.#credentials.get(gate)?.value.fill(0)
    this.#credentials.delete(gate)
  }
}

export class MemoryClosings implements ClosingBook {
  readonly proofs: ClosingProof[] = []
  readonly #vault: MemoryVault

  constructor(vault: MemoryVault) {
    this.#vault = vault
  }

  readonly keep = async (proof: ClosingProof): Promise<void> => {
    await this.#vault.destroy(proof.partner ?? proof.engagement)
    this.proofs.push(proof)
  }
}
