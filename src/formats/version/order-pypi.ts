import {
  compareDigits,
  compareNumbers,
  compareText,
  isNumeric,
  ordering,
  type Sign,
  signOf,
} from './order.ts'

/** A version of PEP 440, or the parts of a text that is older than that standard. */
type PypiVersion = {
  /** Parts of a version that PEP 440 does not know; all of these sort before all others. */
  readonly legacy?: readonly string[]
  readonly epoch: string
  readonly release: readonly string[]
  /** Undefined where absent; `phase` is the rank of `dev` alone, `a`, `b` and `rc`, or of none. */
  readonly phase: number
  readonly phaseNumber: string
  readonly post?: string
  readonly dev?: string
  readonly local: readonly string[]
}

const phases: Readonly<Record<string, number>> = {
  a: 1,
  alpha: 1,
  b: 2,
  beta: 2,
  c: 3,
  rc: 3,
  pre: 3,
  preview: 3,
}
/** Without a pre-release: before all of them when it is a development release of the version. */
const development = 0
const final = 4

/** The forms of PEP 440 appendix B, taken one after the other from where the last one ended. */
const form = {
  epoch: /(\d+)!/y,
  release: /\d+(?:\.\d+)*/y,
  pre: /[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*)/y,
  post: /-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d*)/y,
  dev: /[-_.]?dev[-_.]?(\d*)/y,
  local: /\+([a-z0-9]+(?:[-_.][a-z0-9]+)*)/y,
}

class Cursor {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
  }

  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (found) this.at = pattern.lastIndex
    return found
  }
}

const plain = /^\d+(?:\.\d+)*$/

/** Numbers alone, as nearly every version is. */
const plainVersion = (text: string): PypiVersion => ({
  epoch: '',
  release: text.split('.'),
  phase: final,
  phaseNumber: '',
  local: [],
})

function readPypi(given: string): PypiVersion | null {
  if (plain.test(given)) return plainVersion(given)
  const text = given.trim().toLowerCase()
  if (text === '') return null
  const cursor = new Cursor(text)
  if (text[0] === 'v') cursor.at = 1
  const epoch = cursor.take(form.epoch)?.[1] ?? ''
  const release = cursor.take(form.release)?.[0]
  if (release === undefined) return legacy(text)
  const pre = cursor.take(form.pre)
  const post = cursor.take(form.post)
  const dev = cursor.take(form.dev)
  const local = cursor.take(form.local)?.[1]
  if (cursor.at !== text.length) return legacy(text)
  const phase = pre ? (phases[pre[1] ?? ''] ?? final) : dev && !post ? development : final
  return {
    epoch,
    release: release.split('.'),
    phase,
    phaseNumber: pre?.[2] ?? '',
    ...(post && { post: post[1] ?? post[2] ?? '' }),
    ...(dev && { dev: dev[1] ?? '' }),
    local: local?.split(/[-_.]/) ?? [],
  }
}

const legacyWords: Readonly<Record<string, string>> = { pre: 'c', preview: 'c', rc: 'c', dev: '@' }

/**
 * The key that setuptools built before PEP 440: numbers and words, zeros dropped before a word,
 * dashes dropped before a pre-release.
 */
function legacy(text: string): PypiVersion {
  const parts: string[] = []
  for (const found of [...(text.match(/\d+|[a-z]+|-/g) ?? []), 'final']) {
    const part = found === '-' ? 'final-' : (legacyWords[found] ?? found)
    if (!isNumeric(part)) {
      while (part < 'final' && parts.at(-1) === 'final-') parts.pop()
      while (/^0+$/.test(parts.at(-1) ?? '')) parts.pop()
    }
    parts.push(part)
  }
  return { legacy: parts, epoch: '', release: [], phase: final, phaseNumber: '', local: [] }
}

/** Compares parts in turn: numbers by value and after words, then the shorter one first. */
function compareParts(a: readonly string[], b: readonly string[]): Sign {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const [one = '', other = ''] = [a[index], b[index]]
    const numeric = isNumeric(one)
    if (numeric !== isNumeric(other)) return numeric ? 1 : -1
    const sign = numeric ? compareDigits(one, other) : compareText(one, other)
    if (sign !== 0) return sign
  }
  return signOf(a.length - b.length)
}

/** A number that may be absent, where absence sorts first or last. */
function compareOptional(a: string | undefined, b: string | undefined, absent: Sign): Sign {
  if (a === undefined || b === undefined) {
    if (a === b) return 0
    return signOf(a === undefined ? absent : -absent)
  }
  return compareDigits(a, b)
}

function comparePypi(a: PypiVersion, b: PypiVersion): Sign {
  if (a.legacy && b.legacy) return compareParts(a.legacy, b.legacy)
  if (a.legacy || b.legacy) return a.legacy ? -1 : 1
  return (
    compareDigits(a.epoch, b.epoch) ||
    compareNumbers(a.release, b.release) ||
    signOf(a.phase - b.phase) ||
    compareDigits(a.phaseNumber, b.phaseNumber) ||
    compareOptional(a.post, b.post, -1) ||
    compareOptional(a.dev, b.dev, 1) ||
    compareParts(a.local, b.local)
  )
}

/** Python: PEP 440, with versions that are older than it before all others. */
export const pypiOrder = ordering(readPypi, comparePypi, ({ legacy }) => legacy === undefined)
