import { SecretForms } from '#platform/crypto/secret-cover.ts'
import type { Endpoint, OpenedCredential } from './books.ts'

/** The developer's credential while access is open: in one place, to be overwritten. */
export class Credential {
  /** By which it is found wherever it must not show. */
  readonly forms: SecretForms
  /** Of the endpoint that it is for. */
  readonly version: number
  readonly #value: Buffer

  /** Takes the buffer over. */
  constructor({ value, version }: OpenedCredential) {
    this.#value = value
    this.version = version
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
