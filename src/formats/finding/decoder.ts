import type { Component, Finding } from './finding.ts'

/** A document after its syntax was read, before its meaning is. */
export type Material =
  | { readonly kind: 'json'; readonly value: unknown; readonly text: string }
  /** Several JSON documents in one file, one a row; `line` is one-based. */
  | { readonly kind: 'rows'; readonly rows: readonly Row[]; readonly text: string }
  | { readonly kind: 'xml'; readonly root: XmlElement; readonly text: string }
  | { readonly kind: 'table'; readonly table: Table; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }

export type Row = { readonly line: number; readonly value: unknown }

export type XmlElement = {
  /** Local name, without prefix. */
  readonly name: string
  readonly namespace: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** All character data directly inside, CDATA included, joined. */
  readonly text: string
  readonly line: number
}

/** A CSV or TSV file: `rows[i].cells` line up with `header`. */
export type Table = {
  readonly header: readonly string[]
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[]
}

export type ProblemCode =
  | 'malformed'
  | 'truncated'
  | 'duplicate-key'
  | 'wrong-type'
  | 'missing-field'
  | 'bad-value'
  | 'too-deep'
  | 'too-large'
  | 'encoding'
  | 'unknown-format'
  | 'ambiguous-format'
  | 'not-readable'
  | 'unsafe'

/** Something that was wrong in a document, where, and what to do. What was good is kept. */
export type Problem = {
  readonly code: ProblemCode
  readonly why: string
  readonly pointer?: string
  readonly line?: number
  readonly hint?: string
  /** True when something of the input could not be taken over; false for a mere remark. */
  readonly lost: boolean
}

/** What one document holds: flaws, an inventory, or both; and what was wrong with it. */
export type Decoded = {
  /** Version of the format the document claims, e.g. `2.1.0`. */
  readonly spec?: string
  readonly findings: readonly Finding[]
  /** Inventory (SBOM) components; findings carry their own. */
  readonly components: readonly Component[]
  readonly problems: readonly Problem[]
}

/**
 * One format. Decoders are pure and total: they answer for any material whatever, never throw,
 * and one bad record never costs the others.
 */
export type Decoder = {
  /** Stable kebab-case name, as `--format` takes it. */
  readonly name: string
  /** The title people know it by, with the schema or the sample it was written from. */
  readonly title: string
  readonly source: string
  /**
   * How surely this material is in this format: 0 no, 1 perhaps (shape only), 2 likely (several
   * telling members), 3 certain (it says so itself). Looks at content only, never at names.
   */
  readonly recognise: (material: Material) => 0 | 1 | 2 | 3
  readonly decode: (material: Material) => Decoded
}
