/**
 * A public identifier in the form its own database prints: CVE upper case, GHSA with a lower
 * case tail, all others as written.
 */
export function publicId(text: string): string {
  const id = text.trim()
  if (/^cve-\d/i.test(id)) return id.toUpperCase()
  return /^ghsa-/i.test(id) ? `GHSA-${id.slice(5).toLowerCase()}` : id
}

/** Public identifiers without blanks and repetitions, first mention first. */
export const publicIds = (texts: readonly (string | undefined)[]): string[] => [
  ...new Set(texts.flatMap((text) => (text?.trim() ? [publicId(text)] : []))),
]

/** The number of a weakness written `CWE-79`, `cwe-79: title`, `CWE 79` or `79`. */
export function cweNumber(written: string | number): number | undefined {
  const digits = /^\s*(?:cwe[-_ ]?)?(\d{1,5})(?![\w.])/i.exec(String(written))?.[1]
  const value = Number(digits)
  return value > 0 ? value : undefined
}

/** Weakness numbers without repetitions, first mention first; what is none is left out. */
export const cweNumbers = (written: readonly (string | number)[]): number[] => [
  ...new Set(written.flatMap((one) => cweNumber(one) ?? [])),
]

/** Every `CWE-<n>` mentioned in prose, first mention first. */
export const cweNumbersIn = (prose: string): number[] =>
  cweNumbers(prose.match(/\bCWE-\d{1,5}\b/gi) ?? [])

/** Texts without blanks and repetitions. */
export const distinct = (texts: readonly (string | undefined)[]): string[] => [
  ...new Set(texts.flatMap((text) => text?.trim() || [])),
]
