import type { CrashFamily } from '#formats/crash/claim.ts'
import { tellingNames } from '#formats/crash/state.ts'
import type { TypedCrash } from '#formats/crash/typed-crash.ts'
import type { Oracle } from '#formats/proof/bundle.ts'
import { endsWell, judge } from './oracle.ts'
import type { Seen } from './seen.ts'

/** A sign that a program failed the way its proof's oracle looks for; equal keys, equal failure. */
export type Failure = {
  readonly key: string
  /** What a detector calls it, wherever it stands; null for how a process ended. */
  readonly kind: string | null
  readonly words: string
}

const detectors = new Set<CrashFamily>([
  ...(['asan', 'hwasan', 'msan', 'tsan', 'ubsan', 'lsan'] as const),
  ...(['fuzzer', 'valgrind'] as const),
])
const runtimes = new Set<CrashFamily>(['go', 'rust', 'python', 'java', 'javascript', 'dotnet'])

/** Signals that a process dies of by its own doing. */
const deadly = new Set(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGTRAP', 'SIGSYS'])

/**
 * The failures of an oracle's family that an attempt shows: what detectors of memory errors and
 * races report, deadly signals and limits for every oracle, since no harmless input causes them;
 * what the oracle itself looks for; and, where the oracle is the end of an interpreted program,
 * uncaught errors that end it the same way.
 */
export function failuresIn(oracle: Oracle, seen: Seen): readonly Failure[] {
  const found: Failure[] = []
  for (const report of seen.crashes) {
    // What was only printed is no failure: a detector ends what it reports on.
    if (endsWell(seen)) continue
    if (detectors.has(report.by) || (isUncaught(oracle, seen) && runtimes.has(report.by))) {
      found.push(ofCrash(report))
    }
  }
  for (const ending of [seen.ending, seen.service?.is === 'ended' ? seen.service.ending : null]) {
    if (ending?.kind === 'signal' && deadly.has(ending.signal)) {
      const words = `it died of ${ending.signal}`
      found.push({ key: `signal ${ending.signal}`, kind: null, words })
    }
    if (ending?.kind === 'limit') {
      const words = `it ran into the limit of ${ending.limit}`
      found.push({ key: `limit ${ending.limit}`, kind: null, words })
    }
  }
  const { is, why } = judge(oracle, seen)
  if (is === 'met') found.push({ key: 'oracle', kind: null, words: why })
  return found
}

/** The failures of the second that the first does not show. */
export function addedFailures(
  before: readonly Failure[],
  after: readonly Failure[],
): readonly Failure[] {
  const known = new Set(before.map(({ key }) => key))
  return after.filter(({ key }) => !known.has(key))
}

const isUncaught = (oracle: Oracle, { ending }: Seen): boolean =>
  oracle.kind === 'exit' && ending.kind === 'exit' && ending.code === oracle.code

function ofCrash({ crash, by }: TypedCrash): Failure {
  const [name = ''] = tellingNames(crash)
  const where = name === '' ? '' : ` in ${name}`
  const kind = `${by} ${crash.kind}`
  return { key: `${kind}${where}`, kind, words: `${crash.kind}${where}` }
}
