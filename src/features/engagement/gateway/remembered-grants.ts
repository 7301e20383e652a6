import { type Grant, type GrantBook, gateOf } from './books.ts'

/** What is known of a token is asked again when it is older, whoever told of a change. */
const freshMs = 500
/** So many tokens are remembered. */
const rememberedMax = 10_000

type Remembered = { readonly grant: Grant; readonly at: number }

/**
 * A book of grants that is not asked for each request of a run: a token is remembered for half a
 * second, and no longer than until somebody tells that its gate changed. A token that is not
 * known is asked for each time.
 */
export class RememberedGrants implements GrantBook {
  readonly standing: GrantBook['standing']
  readonly #book: GrantBook
  /** Milliseconds; never goes back. */
  readonly #now: () => number
  readonly #remembered = new Map<string, Remembered>()
  /** How often something was told to have changed. */
  #changes = 0

  constructor(book: GrantBook, now: () => number) {
    this.#book = book
    this.#now = now
    this.standing = book.standing
  }

  readonly find: GrantBook['find'] = async (digest, how) => {
    const known = how?.isFresh === true ? undefined : this.#remembered.get(digest)
    const at = this.#now()
    if (known !== undefined && at - known.at <= freshMs) return known.grant
    const changes = this.#changes
    const grant = await this.#book.find(digest)
    if (grant === null) this.#remembered.delete(digest)
    // What was read while something changed may be from before that.
    else if (changes === this.#changes) this.#remember(digest, { grant, at })
    return grant
  }

  /** Somebody tells that a gate changed: none of its tokens is known any more. */
  changed(gate: string): void {
    this.#changes += 1
    for (const [digest, { grant }] of this.#remembered) {
      if (gateOf(grant) === gate) this.#remembered.delete(digest)
    }
  }

  #remember(digest: string, remembered: Remembered): void {
    if (this.#remembered.size >= rememberedMax) this.#remembered.clear()
    this.#remembered.set(digest, remembered)
  }
}
