import type { Proof } from '../../api/types.ts'

/** What proof.yaml says, as far as this page tells it; what is missing or odd is left out. */
export type Claim = {
  /** `src/header.c:42`, and the function by itself. */
  readonly place: string | null
  readonly symbol: string | null
  readonly commit: string | null
  /** Of a command, as it was written. */
  readonly command: string | null
  readonly shownBy: string | null
  readonly variants: number
  readonly hasBenign: boolean
  readonly authorisedBy: string | null
  readonly authorisation: string | null
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

function at(value: unknown, ...names: readonly string[]): unknown {
  return names.reduce(memberOf, value)
}

function textAt(value: unknown, ...names: readonly string[]): string | null {
  const found = at(value, ...names)
  if (typeof found === 'number') return String(found)
  return typeof found === 'string' && found !== '' ? found : null
}

const listAt = (value: unknown, ...names: readonly string[]): readonly unknown[] => {
  const found = at(value, ...names)
  return Array.isArray(found) ? found : []
}

export function claimOf(manifest: NonNullable<Proof['manifest']>): Claim {
  const [file, line] = [textAt(manifest, 'location', 'file'), textAt(manifest, 'location', 'line')]
  const command = listAt(manifest, 'run', 'command').map(String).join(' ')
  return {
    place: file === null ? null : [file, line].filter((part) => part !== null).join(':'),
    symbol: textAt(manifest, 'location', 'function'),
    commit: textAt(manifest, 'target', 'source', 'commit'),
    command: command === '' ? null : command,
    shownBy: oracleWords(at(manifest, 'oracle')),
    variants: listAt(manifest, 'variants').length,
    hasBenign: memberOf(at(manifest, 'benign'), 'input') !== undefined,
    authorisedBy: textAt(manifest, 'authorisation', 'by'),
    authorisation: textAt(manifest, 'authorisation', 'statement'),
  }
}

/** What has to be seen for the flaw to count as shown. */
function oracleWords(oracle: unknown): string | null {
  const text = (name: string): string | null => textAt(oracle, name)
  const says = text('says') === null ? '' : ` and it says “${text('says')}”`
  switch (text('kind')) {
    case 'sanitizer':
      return [
        `A report of the ${text('tool')} sanitizer`,
        text('error') && `: ${text('error')}`,
        text('function') && ` in ${text('function')}`,
      ]
        .filter(Boolean)
        .join('')
    case 'signal':
      return `The signal ${text('signal')}`
    case 'exit':
      return `Exit code ${text('code')}${says}`
    case 'canary-read':
      return `What stands in ${text('path')}, which it must not read, in its output`
    case 'canary-written':
      return `${text('path')}, which it must not write, was written`
    case 'http':
      return `An answer${text('status') === null ? '' : ` with status ${text('status')}`}${says}`
    case 'assertion':
      return `A program of the bundle says so: ${listAt(oracle, 'command').map(String).join(' ')}`
    case 'exhaustion':
      return `It uses more than it may: ${text('of')}`
    default:
      return null
  }
}
