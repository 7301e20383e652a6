import { createHash } from 'node:crypto'
import { SecretCover, type SecretForms } from '#platform/crypto/secret-cover.ts'
import { AnswerReader } from './answer-reader.ts'
import { Unpacking } from './unpacking.ts'

/** What may go on to the evaluator now; or why nothing may any more. */
export type Passing =
  | { readonly is: 'on'; readonly bytes: Buffer }
  | { readonly is: 'cut'; readonly why: string }

export type AnswerOptions = {
  readonly forms: SecretForms
  readonly contentType: string
  /** In lower case; empty for none. */
  readonly encoding: string
  readonly bytesMax: number
}

/**
 * The body of an answer on its way: the same bytes, but for the developer's credential, which is
 * covered; in a packed body it cannot be, so that such a body ends before it.
 */
export class AnswerPassing {
  readonly reader: AnswerReader
  /** Of what went on. */
  bytes = 0
  readonly #hash = createHash('sha256')
  readonly #cover: SecretCover
  readonly #bytesMax: number
  readonly #unpacking: Unpacking | null
  #unpackedBytes = 0
  #came = 0
  #held: Buffer[] = []

  constructor({ forms, contentType, encoding, bytesMax }: AnswerOptions) {
    this.reader = new AnswerReader(contentType)
    this.#cover = new SecretCover(forms)
    this.#bytesMax = bytesMax
    this.#unpacking = Unpacking.of(encoding, (piece) => this.#unpacked(piece))
  }

  get isPacked(): boolean {
    return this.#unpacking !== null
  }

  get hasShownCredential(): boolean {
    return this.#cover.hasFound
  }

  /** For bodies that are not packed: at once. */
  pass(piece: Buffer): Passing {
    this.#came += piece.length
    if (this.#came > this.#bytesMax) return { is: 'cut', why: 'answer-too-large' }
    return this.#on(this.#cover.cover(piece))
  }

  /** For packed bodies: once it is seen what the piece unpacks to. */
  async passPacked(piece: Buffer): Promise<Passing> {
    this.#came += piece.length
    if (this.#came > this.#bytesMax) return { is: 'cut', why: 'answer-too-large' }
    this.#held.push(piece)
    const isFine = await this.#unpacking?.push(piece)
    const fault = this.#packedFault()
    if (fault !== null) return { is: 'cut', why: fault }
    if (!isFine) return { is: 'cut', why: 'answer-garbled' }
    return this.#cover.isHolding ? { is: 'on', bytes: Buffer.alloc(0) } : this.#onHeld()
  }

  /** What was held back, after the last piece. */
  async end(): Promise<Passing> {
    if (this.#unpacking === null) return this.#on(this.#cover.end())
    if (this.#came === 0) return { is: 'on', bytes: Buffer.alloc(0) }
    const isWhole = await this.#unpacking.end()
    const fault = this.#packedFault()
    if (fault !== null) return { is: 'cut', why: fault }
    if (!isWhole) return { is: 'cut', why: 'answer-garbled' }
    this.reader.push(this.#cover.end())
    return this.#onHeld()
  }

  /** Hexadecimal, of what went on. */
  digest(): string {
    return this.#hash.digest('hex')
  }

  destroy(): void {
    this.#unpacking?.destroy()
  }

  #packedFault(): string | null {
    if (this.#cover.hasFound) return 'credential-shown'
    return this.#unpackedBytes > this.#bytesMax ? 'answer-too-large' : null
  }

  #onHeld(): Passing {
    const bytes =
      this.#held.length === 1 ? (this.#held[0] ?? Buffer.alloc(0)) : Buffer.concat(this.#held)
    this.#held = []
    this.bytes += bytes.length
    this.#hash.update(bytes)
    return { is: 'on', bytes }
  }

  #on(bytes: Buffer): Passing {
    this.bytes += bytes.length
    this.#hash.update(bytes)
    this.reader.push(bytes)
    return { is: 'on', bytes }
  }

  #unpacked(piece: Buffer): void {
    this.#unpackedBytes += piece.length
    if (this.#unpackedBytes > this.#bytesMax) {
      this.#unpacking?.destroy()
      return
    }
    this.reader.push(this.#cover.cover(piece))
  }
}
