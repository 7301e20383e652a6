import type { Refusal } from '#kernel/refusal.ts'

/** Something that was wrong with the bytes of a document that could still be read. */
export type ByteProblem = {
  readonly code: 'encoding' | 'truncated' | 'malformed'
  readonly why: string
  /** One-based. */
  readonly line?: number
  readonly hint?: string
  /** True when bytes are missing; false when all of them were taken over. */
  readonly lost: boolean
}

/** One document, unpacked and decoded to text. */
export type Document = {
  readonly is: 'document'
  /** As the user knows it: the path, `-` for standard input, `archive.zip!inner/name.json`. */
  readonly name: string
  /** SHA-256 in hexadecimal of the unpacked bytes, before any decoding. */
  readonly bytesSha256: string
  readonly sizeBytes: number
  /** Empty when the document holds nothing but blanks and NUL bytes. */
  readonly text: string
  readonly problems: readonly ByteProblem[]
  /** The lines that a cut left out, where `Limits.cutBytes` asked for it. */
  readonly leftOut?: LeftOut
}

/** A gap in a text: after how many of its lines it is, and how many lines it swallowed. */
export type LeftOut = { readonly afterLines: number; readonly lines: number }

/** An input, or a part of one, of which nothing could be read. */
export type Refused = {
  readonly is: 'refused'
  readonly name: string
  readonly refusal: Refusal
  /** True when the user gave this very name, false for what a folder or an archive holds. */
  readonly isNamed: boolean
}

export type Input = Document | Refused

/** Bounds on what is read. All are checked while reading, so none is exceeded first. */
export type Limits = {
  /** Of one unpacked document; below the longest text that the runtime can hold. */
  readonly documentBytesMax: number
  /**
   * A document over this is read by its beginning and its end, half of this each, and the gap is
   * told; without it, such a document is read whole or refused.
   */
  readonly cutBytes?: number
  /** Of a document that holds nothing but blanks, which is read on only to say so. */
  readonly blankBytesMax: number
  /** Of the members of one archive. */
  readonly entriesMax: number
  /** Unpacked bytes for each packed byte, once more than `ratioFreeBytes` were unpacked. */
  readonly ratioMax: number
  readonly ratioFreeBytes: number
  /** Of one line of a file that is read by lines. */
  readonly lineBytesMax: number
  /** Folders inside folders. */
  readonly depthMax: number
}

const mebibyte = 2 ** 20

export const defaultLimits: Limits = {
  documentBytesMax: 512 * mebibyte - 1024,
  blankBytesMax: 4096 * mebibyte,
  entriesMax: 1_000_000,
  ratioMax: 250,
  ratioFreeBytes: 64 * mebibyte,
  lineBytesMax: 64 * mebibyte,
  depthMax: 64,
}

/** Stops the reading of an input: what was read before stands where it is of use. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.why)
    this.refusal = refusal
  }
}

/** Whole units, for messages: `512 MiB`, `3 KiB`, `17 bytes`. */
export function sizeText(bytes: number): string {
  if (bytes >= 2 * mebibyte) return `${Math.round(bytes / mebibyte)} MiB`
  if (bytes >= 2048) return `${Math.round(bytes / 1024)} KiB`
  return bytes === 1 ? '1 byte' : `${bytes} bytes`
}
