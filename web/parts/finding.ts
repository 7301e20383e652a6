import type { Severity } from '../api/types.ts'

/**
 * What a page shows of a report's finding. It comes from outside, so each part is read on its own:
 * a part of another shape is left out, and never breaks the page.
 */
export type ShownFinding = {
  readonly details: string
  readonly tool: string
  readonly severity: Severity | null
  readonly places: readonly { readonly text: string; readonly snippet: string }[]
  readonly endpoints: readonly string[]
  readonly symbols: readonly string[]
  readonly crash: string
  readonly proofs: readonly string[]
  readonly affected: readonly string[]
  readonly ratings: readonly string[]
  readonly names: readonly string[]
  readonly fix: string
  readonly fixCommits: readonly string[]
  readonly references: readonly string[]
}

type Members = Readonly<Record<string, unknown>>

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const membersOf = (value: unknown): Members => (isMembers(value) ? value : {})
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const textsOf = (value: unknown): readonly string[] =>
  listOf(value)
    .map(textOf)
    .filter((text) => text !== '')

const severities = ['critical', 'high', 'medium', 'low', 'info'] as const

export function findingOf(value: unknown): ShownFinding {
  const from = membersOf(value)
  const tool = membersOf(from['tool'])
  return {
    details: textOf(from['details']),
    tool: [textOf(tool['name']), textOf(tool['version'])].join(' ').trim(),
    severity: severities.find((one) => one === from['severity']) ?? null,
    places: listOf(from['locations']).map((one) => placeOf(membersOf(one))),
    endpoints: textsOf(from['endpoints']),
    symbols: textsOf(from['symbols']),
    crash: crashOf(from['crash']),
    proofs: listOf(from['proofs']).map((one) => textOf(membersOf(one)['text'])),
    affected: listOf(from['components']).map((one) => affectedOf(membersOf(one))),
    ratings: [
      ...textsOf(from['cvss']),
      ...textsOf([from['score']]).map((score) => `Score ${score}`),
      ...textsOf(from['cwe']).map((cwe) => `CWE-${cwe}`),
    ],
    names: [...textsOf(from['aliases']), ...textsOf([from['nativeId']])],
    fix: textOf(from['fix']),
    fixCommits: textsOf(from['fixCommits']),
    references: textsOf(from['references']),
  }
}

const roles: Readonly<Record<string, string>> = { flow: 'On the way: ', related: 'Related: ' }

/** `src/read.c:88 in readFrame`. */
function placeOf(from: Members): { readonly text: string; readonly snippet: string } {
  const line = textOf(from['line'])
  const inside = textOf(from['function'])
  const role = roles[textOf(from['role'])] ?? ''
  const text = `${role}${textOf(from['file'])}${line && `:${line}`}${inside && ` in ${inside}`}`
  return { text, snippet: textOf(from['snippet']) }
}

function crashOf(value: unknown): string {
  if (!isMembers(value)) return ''
  const head = [textOf(value['kind']), textOf(value['access']), textOf(value['message'])]
  const frames = listOf(value['frames']).map((one, at) => {
    const frame = membersOf(one)
    const place = [textOf(frame['file']), textOf(frame['line'])].filter(Boolean).join(':')
    return `#${at} ${textOf(frame['function'])}${place && ` ${place}`}`
  })
  return [head.filter(Boolean).join(', '), ...frames].join('\n')
}

/** `lodash (npm) 4.17.20, fixed in 4.17.21`. */
function affectedOf(from: Members): string {
  const ecosystem = textOf(from['ecosystem'])
  const name = textOf(from['name']) || textOf(from['purl'])
  const version = textOf(from['version'])
  const ranges = listOf(from['ranges']).map((one) => rangeOf(membersOf(one)))
  const head = [name, ecosystem && `(${ecosystem})`, version].filter(Boolean).join(' ')
  return [head, ...ranges].filter(Boolean).join(', ')
}

function rangeOf(from: Members): string {
  const [introduced, fixed] = [textOf(from['introduced']), textOf(from['fixed'])]
  const last = textOf(from['lastAffected'])
  return [
    introduced && introduced !== '0' && `from ${introduced}`,
    fixed && `fixed in ${fixed}`,
    last && `up to ${last}`,
  ]
    .filter(Boolean)
    .join(' ')
}
