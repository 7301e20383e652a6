import { SecretForms } from '#platform/crypto/secret-cover.ts'
import type { Endpoint } from './books.ts'

/** The developer's credential while access is open: in one place, to be overwritten. */
export class Credential {
  /** By which it is found wherever it must not show. */
  readonly forms: SecretForms
  readonly #value: Buffer

  /** Takes the buffer over. */
  constructor(value: Buffer) {
    this.#value = value
    this.forms = new SecretForms(value)
  }

  /**
   * The header by which the endpoint knows whom it serves. The text lives as long as the request;
   * memory that the runtime has freed is not overwritten.
   */
  header({ credential: { header, scheme } }: Endpoint): readonly [name: string, value: string] {
    const value = this.#value.toString('latin1')
    return [header, scheme === '' ? value : `${scheme} ${value}`]
  }

  destroy(): void {
    this.#value.fill(0)
    this.forms.destroy()
  }
}
