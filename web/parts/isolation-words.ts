/** How a run was held apart, as its record says; facts that have no word here keep their name. */
export type IsolationFact = readonly [term: string, says: string]

type Facts = Readonly<Record<string, unknown>>

const tiers: Readonly<Record<string, string>> = {
  namespaces: 'Namespaces of this kernel',
  gvisor: 'A kernel of its own (gVisor)',
  container: 'Container',
  cluster: 'Job of a cluster',
}

const yesOrNo = (value: unknown): string => (value === true ? 'yes' : 'no')
const textOf = (value: unknown): string =>
  Array.isArray(value) ? value.map(String).join(', ') : String(value)
const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

const words: Readonly<Record<string, readonly [string, (value: unknown) => string]>> = {
  tier: ['Held apart by', (value) => tiers[textOf(value)] ?? textOf(value)],
  by: ['Program', textOf],
  kernel: ['Kernel', textOf],
  namespaces: ['Namespaces of its own', textOf],
  seccomp: ['Filters system calls', yesOrNo],
  noNewPrivileges: ['Can gain no privileges', yesOrNo],
  capabilities: ['Capabilities', (value) => (/^0+$/.test(textOf(value)) ? 'none' : textOf(value))],
  uid: ['User inside', textOf],
  cgroup: ['Limits held by', cgroupOf],
  egress: ['Network', egressOf],
}

function cgroupOf(value: unknown): string {
  const version = memberOf(value, 'version')
  const controllers = textOf(memberOf(value, 'controllers') ?? [])
  return version === undefined ? 'no cgroup' : `cgroup version ${version} (${controllers})`
}

function egressOf(value: unknown): string {
  return memberOf(value, 'denied') === true
    ? `none; tried before each run: ${textOf(memberOf(value, 'how'))}`
    : 'not known to be closed'
}

export function isolationFactsOf(facts: Facts): readonly IsolationFact[] {
  return Object.entries(facts).map(([name, value]) => {
    const [term, says] = words[name] ?? [name, (other: unknown) => JSON.stringify(other)]
    return [term, says(value)]
  })
}

/** In one line, for a table: `Namespaces of this kernel, bubblewrap 0.8.0`. */
export const isolationLine = (facts: Facts): string =>
  `${tiers[textOf(facts['tier'])] ?? textOf(facts['tier'])}, ${textOf(facts['by'])}`
