import { type Report, reportsOf } from '#features/report/report.ts'
import type { Decoder, Problem } from '#formats/finding/decoder.ts'
import type { Component } from '#formats/finding/finding.ts'
import type { RefusalCode } from '#kernel/refusal.ts'
import { type Document, type Input, type Refused, sizeText } from '#platform/files/input.ts'
import { type Reading, readText } from './recognise.ts'

/** What became of one document. */
export type ImportedFile = {
  /** As the user knows it, unique in this import: `scan.json`, `all.zip!a/b.json`, `-`. */
  readonly name: string
  /** SHA-256 of its unpacked bytes in hexadecimal; null when it could not be opened. */
  readonly sha256: string | null
  /** The decoder that read it; null when none could. */
  readonly format: string | null
  /** The version of the format that the document claims. */
  readonly spec?: string
  readonly findings: number
  readonly components: number
  readonly problems: readonly Problem[]
  /** Why it could not be opened, where it could not. */
  readonly refused?: RefusalCode
  /** True when the user gave this very name and it could not be opened. */
  readonly isMissing: boolean
}

/** An inventory component and the document that lists it. */
export type ListedComponent = { readonly file: string; readonly component: Component }

/** All that the given documents hold. */
export type Import = {
  readonly files: readonly ImportedFile[]
  readonly reports: readonly Report[]
  readonly components: readonly ListedComponent[]
}

export type ImportOptions = {
  readonly decoders: readonly Decoder[]
  /** Reads every document as this format, whatever it looks like. */
  readonly format?: string
  /** Called after each document, with the totals so far. */
  readonly onFile?: (file: ImportedFile, totals: { files: number; reports: number }) => void
  readonly inside?: Inside
}

/** How documents inside a document are read, such as scanner output attached to a mail. */
export type Inside = {
  readonly of: (format: string, text: string) => readonly Attached[]
  readonly open: (name: string, bytes: Uint8Array) => AsyncIterable<Input>
  /** The formats they may be in. What is in none of them is part of what it came with. */
  readonly decoders: readonly Decoder[]
}

/** The document that others came in: who sent it is credited where they name nobody. */
type Carrier = { readonly inside: Inside; readonly senders: readonly string[] }

export type Attached = { readonly name: string; readonly bytes: Uint8Array }

/** Reads every input, one at a time; what is wrong with one never costs another. */
export async function importFrom(
  inputs: AsyncIterable<Input>,
  options: ImportOptions,
): Promise<Import> {
  const gathered = new Gathering(options)
  for await (const input of inputs) await gathered.add(input)
  return gathered.result()
}

/** What `importFrom` has so far. */
class Gathering {
  readonly #options: ImportOptions
  readonly #files: ImportedFile[] = []
  readonly #reports: Report[] = []
  readonly #components: ListedComponent[] = []
  readonly #namesSeen = new Map<string, number>()
  readonly #digestsSeen = new Map<string, number>()

  constructor(options: ImportOptions) {
    this.#options = options
  }

  result(): Import {
    return { files: this.#files, reports: this.#reports, components: this.#components }
  }

  async add(input: Input, carrier?: Carrier): Promise<void> {
    if (input.is === 'refused') this.#close(refusedFile(input, this.#unique(input.name)))
    else await this.#read(input, carrier)
  }

  async #read(document: Document, carrier?: Carrier): Promise<void> {
    const { format, decoded } = this.#decode(document, carrier)
    if (carrier && format === null && !isAmbiguous(decoded.problems)) return
    const name = this.#unique(document.name)
    const sha256 = document.bytesSha256
    const copy = this.#digestsSeen.get(sha256) ?? 0
    this.#digestsSeen.set(sha256, copy + 1)
    const origin = { file: name, sha256, copy, ...(carrier && { senders: carrier.senders }) }
    const reports = reportsOf(origin, decoded.findings)
    for (const report of reports) this.#reports.push(report)
    for (const component of decoded.components) this.#components.push({ file: name, component })
    this.#close({
      ...{ name, sha256, format },
      ...(decoded.spec === undefined ? {} : { spec: decoded.spec }),
      findings: decoded.findings.length,
      components: decoded.components.length,
      problems: [...document.problems, ...decoded.problems],
      isMissing: false,
    })
    if (format === null || carrier) return
    const senders = [...new Set(decoded.findings.flatMap(({ finders }) => finders ?? []))]
    await this.#readInside(name, { format, text: document.text, senders })
  }

  #decode(document: Document, carrier: Carrier | undefined): Reading {
    if (document.text === '') return nothingIn(document)
    if (carrier) return readText(document.text, { decoders: carrier.inside.decoders })
    const { decoders, format } = this.#options
    return readText(document.text, { decoders, ...(format === undefined ? {} : { format }) })
  }

  async #readInside(
    name: string,
    { format, text, senders }: { format: string; text: string; senders: readonly string[] },
  ): Promise<void> {
    const { inside } = this.#options
    if (!inside) return
    for (const { name: inner, bytes } of inside.of(format, text)) {
      for await (const input of inside.open(`${name}!${inner}`, bytes)) {
        await this.add(input, { inside, senders })
      }
    }
  }

  #close(file: ImportedFile): void {
    this.#files.push(file)
    const totals = { files: this.#files.length, reports: this.#reports.length }
    this.#options.onFile?.(file, totals)
  }

  /** Archives may hold one name twice: later ones are numbered, so that a name means one file. */
  #unique(name: string): string {
    const before = this.#namesSeen.get(name) ?? 0
    this.#namesSeen.set(name, before + 1)
    return before === 0 ? name : this.#unique(`${name} (${before + 1})`)
  }
}

const isAmbiguous = (problems: readonly Problem[]): boolean =>
  problems.some(({ code }) => code === 'ambiguous-format')

function nothingIn({ sizeBytes }: Document): Reading {
  const why = sizeBytes === 0 ? 'is empty' : `holds nothing but ${sizeText(sizeBytes)} of blanks`
  const problem: Problem = { code: 'malformed', why, lost: true }
  return { format: null, decoded: { findings: [], components: [], problems: [problem] } }
}

function refusedFile({ refusal, isNamed }: Refused, name: string): ImportedFile {
  const { code, why, hint } = refusal
  const problem: Problem = {
    code: code === 'too-large' || code === 'malformed' ? code : 'not-readable',
    why,
    ...(hint === undefined ? {} : { hint }),
    lost: true,
  }
  const isMissing = isNamed && (code === 'not-found' || code === 'not-readable')
  return {
    ...{ name, sha256: null, format: null, findings: 0, components: 0 },
    ...{ problems: [problem], refused: code, isMissing },
  }
}

/**
 * The exit code that an import earns: 3 when a name that was given cannot be opened, 4 when
 * something else could not be taken over, 0 when all of it was.
 */
export function exitCodeOf(found: Pick<Import, 'files'>): 0 | 3 | 4 {
  if (found.files.some(({ isMissing }) => isMissing)) return 3
  return found.files.some(({ problems }) => problems.some(({ lost }) => lost)) ? 4 : 0
}
