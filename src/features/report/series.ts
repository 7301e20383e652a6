/** A report of a series, as far as the next import needs it. */
export type KnownReport = {
  readonly no: number
  /** What it is known by, strongest first. */
  readonly keys: readonly string[]
  /** Of its facts. */
  readonly digest: string
}

/**
 * Finds the reports of a series again in its next import. Each is found once: of three like
 * findings where the series has two, one is new. A finding that shares no key with any is new too;
 * which of several like reports it is does not matter, because they say the same.
 */
export class SeriesBook {
  readonly #byKey = new Map<string, KnownReport[]>()
  readonly #found = new Set<KnownReport>()

  constructor(known: Iterable<KnownReport>) {
    for (const report of known) {
      for (const key of report.keys) {
        const list = this.#byKey.get(key)
        if (list) list.push(report)
        else this.#byKey.set(key, [report])
      }
    }
  }

  /** The report that a finding with these keys is; null when it is new. */
  find({ keys, digest }: Omit<KnownReport, 'no'>): KnownReport | null {
    for (const key of keys) {
      const left = (this.#byKey.get(key) ?? []).filter((one) => !this.#found.has(one))
      this.#byKey.set(key, left)
      // Among like ones that which says the same is unchanged, rather than all of them changed.
      const report = left.find((one) => one.digest === digest) ?? left[0]
      if (report) {
        this.#found.add(report)
        return report
      }
    }
    return null
  }
}
