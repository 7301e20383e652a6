import type { Transform } from 'node:stream'
import {
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createZstdDecompress,
} from 'node:zlib'

/** The encodings that can be looked into; an answer in another one does not pass. */
const unpackers: Readonly<Record<string, () => Transform>> = {
  ...{ gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate },
  ...{ br: createBrotliDecompress, zstd: createZstdDecompress },
}

export const isKnownEncoding = (encoding: string): boolean =>
  encoding === '' || encoding === 'identity' || Object.hasOwn(unpackers, encoding)

/** Looks into a packed stream while its bytes pass, in memory that does not grow. */
export class Unpacking {
  readonly #stream: Transform
  readonly #see: (piece: Buffer) => void
  #isOver = false
  #hasFailed = false
  /** Whoever waits for what was pushed to be seen. */
  #waiting: (isFine: boolean) => void = () => {}

  /** Null for bytes that are not packed. */
  static of(encoding: string, see: (piece: Buffer) => void): Unpacking | null {
    const make = Object.hasOwn(unpackers, encoding) ? unpackers[encoding] : undefined
    return make === undefined ? null : new Unpacking(make(), see)
  }

  constructor(stream: Transform, see: (piece: Buffer) => void) {
    this.#stream = stream
    this.#see = see
    stream.on('readable', () => this.#drain())
    stream.on('end', () => this.#ended(true))
    stream.on('error', () => this.#ended(false))
    stream.on('close', () => this.#ended(!this.#hasFailed))
  }

  /** Done once all that the piece unpacks to was seen; false where it does not unpack. */
  push(piece: Buffer): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.#isOver) {
        // A packed stream that is whole says nothing more, whatever comes behind it.
        resolve(false)
        return
      }
      this.#waiting = resolve
      this.#stream.write(piece, () => {
        this.#drain()
        resolve(!this.#hasFailed)
      })
    })
  }

  /** Whether what came was whole. */
  end(): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.#isOver) {
        resolve(!this.#hasFailed)
        return
      }
      this.#waiting = resolve
      this.#stream.end()
      this.#drain()
    })
  }

  destroy(): void {
    this.#hasFailed ||= !this.#isOver
    this.#stream.destroy()
  }

  #ended(isFine: boolean): void {
    this.#isOver = true
    this.#hasFailed ||= !isFine
    this.#waiting(!this.#hasFailed)
  }

  #drain(): void {
    for (;;) {
      const piece: unknown = this.#stream.read()
      if (!Buffer.isBuffer(piece)) return
      this.#see(piece)
    }
  }
}
