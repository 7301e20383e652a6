/** Base metrics that versions 3 and 4 share closely enough to be held against each other. */
const kept = new Set(['AV', 'AC', 'PR', 'UI', 'S', 'C', 'I', 'A'])
const renamed: Readonly<Record<string, string>> = { VC: 'C', VI: 'I', VA: 'A' }
const old = new Set(['AV', 'AC', 'Au', 'C', 'I', 'A'])

/**
 * The metrics of the first vector of version 3 or 4 and of the first of version 2, as `AV:N`.
 * Version 4 speaks of the vulnerable system's C, I, A as VC, VI, VA.
 */
export function cvssMetrics(vectors: readonly string[]): {
  readonly cvss: ReadonlySet<string>
  readonly cvssOld: ReadonlySet<string>
} {
  const current = vectors.find((vector) => vector.startsWith('CVSS:3')) ?? vectors.find(isFour)
  const second = vectors.find((vector) => !vector.startsWith('CVSS:'))
  return { cvss: metricsOf(current, kept), cvssOld: metricsOf(second, old) }
}

const isFour = (vector: string): boolean => vector.startsWith('CVSS:4')

function metricsOf(vector: string | undefined, names: ReadonlySet<string>): Set<string> {
  const found = new Set<string>()
  for (const metric of vector?.slice(0, 200).split('/') ?? []) {
    const [given = '', value = ''] = metric.split(':')
    const name = renamed[given] ?? given
    if (names.has(name) && value !== '') found.add(`${name}:${value}`)
  }
  return found
}
