import type { Finding } from '#formats/finding/finding.ts'

/**
 * What a finding is known by from one run of a tool to the next: the tool's own fingerprints, and
 * what it says without line numbers, which move with every edit.
 */
export function baselineKeys(finding: Finding): string[] {
  const { tool, rule, fingerprints, title, locations, components, aliases, endpoints } = finding
  const list = tool?.name.toLowerCase() ?? ''
  const place = locations?.find(({ role }) => role === undefined)
  const parts = [
    ...[
      list,
      rule?.id,
      title.replaceAll(lineNumber, ''),
      place?.file,
      place?.function,
      place?.snippet?.trim(),
    ],
    ...[endpoints?.[0], components?.[0]?.name, (aliases ?? []).join()],
  ]
  const own = Object.entries(fingerprints ?? {}).map(([name, value]) => `${list} ${name} ${value}`)
  return [...own, `says ${JSON.stringify(parts)}`]
}

/** Line and column numbers that tools write into their titles. */
const lineNumber = /\b(?:lines?|columns?) \d+\b/gi

/** Findings that are known already, each as often as it was there. */
export class Baseline {
  readonly #known = new Map<string, number>()

  add(finding: Finding): void {
    for (const key of baselineKeys(finding)) this.#known.set(key, (this.#known.get(key) ?? 0) + 1)
  }

  /**
   * Whether the finding was there before. Each known finding covers one: of three like ones where
   * the baseline has two, one is new.
   */
  covers(finding: Finding): boolean {
    const key = baselineKeys(finding).find((one) => (this.#known.get(one) ?? 0) > 0)
    if (key === undefined) return false
    for (const one of baselineKeys(finding)) {
      const left = this.#known.get(one)
      if (left !== undefined) this.#known.set(one, left - 1)
    }
    return true
  }
}
