import { type Ecosystem, ecosystemOf, parseEcosystem, purlTypeOf } from '#formats/purl/ecosystem.ts'
import type { Purl } from '#formats/purl/purl.ts'
import { isPurlType } from '#formats/purl/rule.ts'

/** What the contract has beside the ecosystems of OSV: devices and their parts. */
const hardware = 'Hardware'

export type NamedEcosystem = {
  readonly name: Ecosystem | typeof hardware
  /** The name with the release that may follow it after a colon: `Debian:12`. */
  readonly text: string
}

/**
 * An ecosystem by the name of the OSV schema, in any usual spelling, with a release after a colon
 * where one is meant (OSV schema, `ecosystemWithSuffix`). Null for a name that nobody knows.
 */
export function ecosystemCalled(text: string): NamedEcosystem | null {
  if (text.toLowerCase() === hardware.toLowerCase()) return { name: hardware, text: hardware }
  const found = text.endsWith(':') ? null : parseEcosystem(text)
  if (found === null) return null
  const { name, release } = found
  return { name, text: release === undefined ? name : `${name}:${release}` }
}

/** The ecosystems of which the contract says that any purl may stand beside them. */
const besideAny: ReadonlySet<string> = new Set([
  ...['Linux', 'OSS-Fuzz', 'Android', 'GitHub Actions', hardware],
])

/**
 * Whether a purl and an ecosystem can be about one package. They cannot where the purl belongs to
 * another ecosystem, or has another type than the packages of this one. An ecosystem that has no
 * specified purl type of its own (FreeBSD, Kubernetes, Root, ...) cannot be contradicted by one.
 */
export function agrees(purl: Purl, { name }: NamedEcosystem): boolean {
  if (name === hardware || besideAny.has(name)) return true
  const own = purlTypeOf(name)
  if (own === null || !isPurlType(own.type)) return true
  if (own.type !== purl.type) return false
  const meant = ecosystemOf(purl)
  return meant === null || meant === name
}
