import { assert } from '#kernel/assert.ts'

/** Anything shorter would be found by chance. */
const secretBytesMin = 16
/** Of a base64 text at least so many characters have to be the secret's own. */
const base64CharsMin = 12

/**
 * What to look for where a secret must not show: its bytes, its percent-encoding, and its base64 at
 * each of the three places it can have among other bytes.
 */
export class SecretForms {
  readonly forms: readonly Buffer[]
  /** The longest of them. */
  readonly bytesMax: number

  constructor(secret: Buffer) {
    assert(secret.length >= secretBytesMin, `a secret has at least ${secretBytesMin} bytes`)
    const encoded = Buffer.from(encodeURIComponent(secret.toString('utf8')))
    const all = [Buffer.from(secret), encoded, ...[0, 1, 2].map((at) => base64At(secret, at))]
    const isNew = (form: Buffer, at: number) => all.findIndex((one) => one.equals(form)) === at
    this.forms = all.filter((form, at) => form.length >= base64CharsMin && isNew(form, at))
    this.bytesMax = Math.max(...this.forms.map((form) => form.length))
  }

  /** Whether a text, such as a header, has one of them. */
  isIn(text: string): boolean {
    const bytes = Buffer.from(text, 'latin1')
    return this.forms.some((form) => bytes.includes(form))
  }

  /** Overwrites them; nothing is found afterwards. */
  destroy(): void {
    for (const form of this.forms) form.fill(0)
  }
}

/** The characters of a base64 text that depend on the secret alone, after `before` other bytes. */
function base64At(secret: Buffer, before: number): Buffer {
  const text = Buffer.concat([Buffer.alloc(before), secret])
    .toString('base64')
    .replace(/=+$/, '')
  const first = Math.ceil((before * 8) / 6)
  const last = Math.floor(((before + secret.length) * 8) / 6)
  return Buffer.from(text.slice(first, last))
}

/**
 * Puts asterisks in the place of a secret in a stream, whatever its pieces are. Only what may be
 * the beginning of the secret is held back until the next piece tells.
 */
export class SecretCover {
  /** Whether it was ever there. */
  hasFound = false
  readonly #forms: SecretForms
  #held: Buffer = Buffer.alloc(0)

  constructor(forms: SecretForms) {
    this.#forms = forms
  }

  /** Whether what came so far ends with the beginning of the secret. */
  get isHolding(): boolean {
    return this.#held.length > 0
  }

  /** What may go on now, of the same length as what came less what is held. */
  cover(piece: Buffer): Buffer {
    const held = this.#held.length
    let bytes = held === 0 ? piece : Buffer.concat([this.#held, piece])
    for (const form of this.#forms.forms) {
      for (let at = bytes.indexOf(form); at >= 0; at = bytes.indexOf(form, at + 1)) {
        if (bytes === piece) bytes = Buffer.from(bytes)
        this.hasFound = true
        bytes.fill(0x2a, at, at + form.length)
      }
    }
    const hold = this.#beginsAt(bytes)
    this.#held = Buffer.from(bytes.subarray(hold))
    return hold === bytes.length ? bytes : bytes.subarray(0, hold)
  }

  /** What was held, when nothing follows. */
  end(): Buffer {
    const last = this.#held
    this.#held = Buffer.alloc(0)
    return last
  }

  /** Where the longest ending stands that is the beginning of a form; the end where none is. */
  #beginsAt(bytes: Buffer): number {
    const from = Math.max(0, bytes.length - this.#forms.bytesMax + 1)
    for (let at = from; at < bytes.length; at += 1) {
      const ending = bytes.length - at
      for (const form of this.#forms.forms) {
        if (form[0] !== bytes[at] || form.length <= ending) continue
        if (form.compare(bytes, at, bytes.length, 0, ending) === 0) return at
      }
    }
    return bytes.length
  }
}
