import type { Engagement } from '../engagement.ts'
import {
  type AccessLog,
  type ClosingBook,
  type ClosingProof,
  type CredentialVault,
  type Grant,
  type GrantBook,
  type LoggedEntry,
  type OpenedCredential,
  tokenDigest,
  type WindowWatch,
} from './books.ts'

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
      const { node, engagement, sequence } = one.entry
      const place = JSON.stringify([node, engagement, sequence])
      if (this.#places.has(place)) continue
      this.#places.add(place)
      this.entries.push(one)
    }
  }
}

export class MemoryWindows implements WindowWatch {
  readonly #engagements = new Map<string, Engagement>()
  readonly #listeners = new Set<(engagement: string) => void>()

  /** What an engagement is from now on; all gateways are told. */
  put(engagement: Engagement): void {
    this.#engagements.set(engagement.id, engagement)
    for (const listener of this.#listeners) listener(engagement.id)
  }

  readonly read = async (id: string): Promise<Engagement | null> =>
    this.#engagements.get(id) ?? null

  readonly running = async (): Promise<readonly string[]> =>
    [...this.#engagements.values()].filter(({ state }) => state === 'agreed').map(({ id }) => id)

  readonly subscribe = (listener: (engagement: string) => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

export class MemoryVault implements CredentialVault {
  readonly #credentials = new Map<string, OpenedCredential>()

  put(engagement: string, credential: string, version = 1): void {
    this.#credentials.set(engagement, { value: Buffer.from(credential), version })
  }

  has(engagement: string): boolean {
    return this.#credentials.has(engagement)
  }

  readonly open = async (engagement: string): Promise<OpenedCredential | null> => {
    const found = this.#credentials.get(engagement)
    return found === undefined ? null : { ...found, value: Buffer.from(found.value) }
  }

  readonly version = async (engagement: string): Promise<number | null> =>
    this.#credentials.get(engagement)?.version ?? null

  readonly destroy = async (engagement: string): Promise<void> => {
    this.#credentials.get(engagement)?.value.fill(0)
    this.#credentials.delete(engagement)
  }
}

export class MemoryClosings implements ClosingBook {
  readonly proofs: ClosingProof[] = []

  readonly keep = async (proof: ClosingProof): Promise<void> => {
    this.proofs.push(proof)
  }
}
