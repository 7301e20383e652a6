import { publicId } from '#formats/advisory/identifiers.ts'
import type { Epss, EpssScore } from '#formats/epss/epss.ts'
import type { Component, Finding } from '#formats/finding/finding.ts'
import type { Kev, KevEntry } from '#formats/kev/kev.ts'
import { factsFrom } from './fact-gathering.ts'
import type { PublicFacts } from './facts.ts'
import { type Advisory, appendTo, PackageIndex } from './package-index.ts'
import { type Filed, type PublishedRecord, recordOf, sameFlawIn } from './record.ts'

/** Everything that is publicly known, from the files that were read; grows as they are read. */
export class Catalog {
  readonly #byId = new Map<string, PublishedRecord[]>()
  readonly #packages = new PackageIndex()
  readonly #kev = new Map<string, Filed<KevEntry>>()
  readonly #epss = new Map<string, Filed<EpssScore>>()
  readonly #records: PublishedRecord[] = []
  #kevFiles = 0

  /** How many published records, listings and scores are known. */
  get size(): { readonly records: number; readonly listings: number; readonly scores: number } {
    return { records: this.#records.length, listings: this.#kev.size, scores: this.#epss.size }
  }

  /** Takes over what a file of published records (OSV, CVE, CSAF, GitHub, NVD) holds. */
  addRecords(file: string, findings: readonly Finding[]): void {
    for (const finding of findings) {
      const record = recordOf(file, finding)
      if (record === null) continue
      this.#records.push(record)
      for (const id of record.ids) appendTo(this.#byId, folded(id), record)
    }
  }

  /** Takes over a catalogue of known exploited vulnerabilities; an empty one tells nothing. */
  addKev(file: string, { entries }: Kev): void {
    if (entries.length > 0) this.#kevFiles += 1
    for (const entry of entries) {
      if (!this.#kev.has(entry.cveId)) this.#kev.set(entry.cveId, { ...entry, file })
    }
  }

  /** Takes over a file of scores; of two scores of one CVE that of the later file counts. */
  addEpss(file: string, { scores }: Epss): void {
    for (const [cve, score] of scores) this.#epss.set(cve, { ...score, file })
  }

  /**
   * What is publicly known of the flaw that goes by these identifiers, in any spelling. Aliases
   * are followed from record to record; an identifier that no file knows adds nothing.
   */
  factsOf(identifiers: readonly string[]): PublicFacts {
    const { ids, records } = this.#follow(identifiers)
    const listings = ids.flatMap((id) => this.#kev.get(id) ?? [])
    const scores = ids.flatMap((id) => this.#epss.get(id) ?? [])
    return factsFrom({ ids, records, listings, scores, hasKev: this.#kevFiles > 0 })
  }

  /** The published records about a package, in the order in which they were read. */
  advisoriesFor(installed: Component): Advisory[] {
    this.#packages.takeOver(this.#records)
    return this.#packages.advisoriesFor(installed)
  }

  /** Every identifier and record that is reached from these, the asked ones first. */
  #follow(identifiers: readonly string[]): { ids: string[]; records: PublishedRecord[] } {
    const ids = new Map<string, string>()
    const records = new Set<PublishedRecord>()
    const waiting = identifiers.map(publicId)
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      if (ids.has(folded(id))) continue
      ids.set(folded(id), id)
      for (const record of this.#byId.get(folded(id)) ?? []) {
        records.add(record)
        const same = sameFlawIn(record)
        if (same.some((one) => folded(one) === folded(id))) waiting.push(...same)
      }
    }
    return { ids: [...ids.values()], records: [...records] }
  }
}

/** Databases write their identifiers in different cases. */
const folded = (id: string): string => id.toUpperCase()
