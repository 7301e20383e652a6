import type { CrashFamily } from '#formats/crash/claim.ts'
import { tellingNames } from '#formats/crash/state.ts'
import type { TypedCrash } from '#formats/crash/typed-crash.ts'
import type { Crash } from '#formats/finding/finding.ts'
import type { Oracle } from '#formats/proof/bundle.ts'
import type { Ending } from '#platform/sandbox/sandbox.ts'
import { endingOfCode, type HttpAnswer, type Seen } from './seen.ts'

/** Whether an attempt showed the flaw, why, and the crash that it ended in, if any. */
export type Judgement = {
  readonly is: 'met' | 'not-met' | 'unclear'
  readonly why: string
  readonly crash: Crash | null
}

/** How far down the stack the function that an oracle names may stand. */
const framesNamedMax = 6

/** Judges what was seen by what the proof says shows the flaw. */
export function judge(oracle: Oracle, seen: Seen): Judgement {
  const found = decide(oracle, seen)
  const crash = found.crash ?? mainCrash(seen)?.crash ?? null
  if (found.is !== 'not-met') return { ...found, crash }
  const doubt = whyUnclear(oracle, seen)
  return doubt === null ? { ...found, crash } : { is: 'unclear', why: doubt, crash }
}

type Found = { readonly is: 'met' | 'not-met' | 'unclear'; why: string; crash?: Crash }

const met = (why: string, crash?: Crash): Found => ({ is: 'met', why, ...(crash && { crash }) })
const notMet = (why: string): Found => ({ is: 'not-met', why })
const unclear = (why: string): Found => ({ is: 'unclear', why })

function decide(oracle: Oracle, seen: Seen): Found {
  switch (oracle.kind) {
    case 'sanitizer':
      return bySanitizer(oracle, seen)
    case 'signal':
      return bySignal(oracle.signal, seen)
    case 'exit':
      return byExit(oracle, seen)
    case 'canary-read':
      return byCanaryRead(seen)
    case 'canary-written':
      return byCanaryWritten(oracle, seen)
    case 'http':
      return byHttp(oracle, seen)
    case 'assertion':
      return byAssertion(seen)
    case 'exhaustion':
      return seen.ending.kind === 'limit' && seen.ending.limit === oracle.of
        ? met(`it used more ${oracle.of} than it may`)
        : notMet(`it did not run into the limit of ${oracle.of}: ${endingText(seen.ending)}`)
  }
}

/** What keeps an attempt that did not show the flaw from counting as one that cannot. */
function whyUnclear(oracle: Oracle, seen: Seen): string | null {
  const { ending, service } = seen
  if (ending.kind === 'stopped') return 'it was stopped before it ended'
  if (service?.is === 'late') return 'the service did not open its port in time'
  if (ending.kind === 'limit') {
    return `it ended at the limit of ${ending.limit} before the flaw was shown`
  }
  if (seen.isCut && readsOutput(oracle)) {
    return 'it wrote more than is kept, and what was kept does not show the flaw'
  }
  return null
}

const readsOutput = ({ kind }: Oracle): boolean =>
  kind === 'sanitizer' || kind === 'exit' || kind === 'canary-read'

const familyOfTool = {
  address: ['asan', 'hwasan'],
  memory: ['msan'],
  undefined: ['ubsan'],
  thread: ['tsan', 'go'],
  leak: ['lsan'],
} as const satisfies Record<string, readonly CrashFamily[]>

function bySanitizer(oracle: Extract<Oracle, { kind: 'sanitizer' }>, seen: Seen): Found {
  const families: readonly CrashFamily[] = familyOfTool[oracle.tool]
  const told = seen.reports?.crashes ?? seen.crashes
  const reports = told.filter(({ by }) => families.includes(by))
  const tool = `the ${oracle.tool} sanitizer`
  if (reports.length === 0) return notMet(`${tool} reported nothing: ${endingText(seen.ending)}`)
  const named = reports.filter(({ crash }) => oracle.error === null || crash.kind === oracle.error)
  const [first] = reports
  if (named.length === 0)
    return notMet(`${tool} reported ${first?.crash.kind}, not ${oracle.error}`)
  const { function: name } = oracle
  // Every report ends its program, as detectors are told; what only stands there was printed.
  if (endsWell(seen)) {
    return notMet(`${tool} seems to report ${named[0]?.crash.kind}, but nothing was ended by it`)
  }
  const placed = named.find(({ crash }) => name === null || isAmongFirst(crash, name))
  if (placed === undefined) {
    return notMet(
      `${named[0]?.crash.kind} was not reported in ${name} but in ${framesText(named[0])}`,
    )
  }
  return met(`${tool} reported ${placed.crash.kind} in ${framesText(placed)}`, placed.crash)
}

/** Whether an attempt ended as if nothing were wrong. */
export const endsWell = ({ ending }: Seen): boolean => ending.kind === 'exit' && ending.code === 0

const isAmongFirst = (crash: Crash, name: string): boolean =>
  [...crash.frames.slice(0, framesNamedMax).map((frame) => frame.function), ...tellingNames(crash)]
    .slice(0, framesNamedMax * 2)
    .some((one) => bareName(one) === bareName(name))

/** A function without its namespace, class, package and parameters. */
const bareName = (name: string): string =>
  name
    .replace(/\(.*$/s, '')
    .split(/::|\.|\$/)
    .at(-1) ?? name

const framesText = (report: TypedCrash | undefined): string => {
  const [first] = report === undefined ? [] : tellingNames(report.crash)
  return first ?? 'a place that it does not name'
}

/** Signals are named with and without `SIG`. */
const signalName = (name: string): string => name.toUpperCase().replace(/^SIG/, '')

function bySignal(signal: string, seen: Seen): Found {
  const { ending } = seen
  const service = seen.service?.is === 'ended' ? seen.service.ending : null
  const isIt = (one: Ending | null): boolean =>
    one?.kind === 'signal' && signalName(one.signal) === signalName(signal)
  if (isIt(ending) || isIt(service)) return met(`it died of ${signal}`)
  return notMet(`it did not die of ${signal}: ${endingText(service ?? ending)}`)
}

function byExit(oracle: Extract<Oracle, { kind: 'exit' }>, seen: Seen): Found {
  const { ending } = seen
  // A shell tells a signal as an exit code, so that a proof may name either.
  const isCode =
    (ending.kind === 'exit' && ending.code === oracle.code) ||
    endingText(ending) === endingText(endingOfCode(oracle.code))
  if (!isCode) return notMet(`it did not exit with ${oracle.code}: ${endingText(ending)}`)
  const { says } = oracle
  if (says === null) return met(`it exited with ${oracle.code}`)
  return [seen.stdout, seen.stderr, seen.reports?.text].some((text) => text?.includes(says))
    ? met(`it exited with ${oracle.code} and said what the proof expects`)
    : notMet(`it exited with ${oracle.code} but did not say what the proof expects`)
}

function byCanaryRead({ canary, stdout, stderr, answers }: Seen): Found {
  if (canary === null) return unclear('no canary was put into place')
  const holders: readonly (readonly [string, boolean])[] = [
    ['standard output', stdout.includes(canary)],
    ['standard error', stderr.includes(canary)],
    ['an answer', answers.some((answer) => holds(answer, canary))],
  ]
  const holder = holders.find(([, isThere]) => isThere)?.[0]
  return holder === undefined
    ? notMet('the canary is in nothing that it wrote')
    : met(`the canary stands in ${holder}`)
}

const holds = ({ head, body }: HttpAnswer, text: string): boolean =>
  head.includes(text) || body.includes(text)

function byCanaryWritten(oracle: Extract<Oracle, { kind: 'canary-written' }>, seen: Seen): Found {
  const { written } = seen
  if (written === null) return notMet(`nothing wrote ${oracle.path}`)
  return oracle.text === null || written.includes(oracle.text)
    ? met(`${oracle.path} was written`)
    : notMet(`${oracle.path} was written, but not with the text that the proof expects`)
}

function byHttp(oracle: Extract<Oracle, { kind: 'http' }>, { answers, service }: Seen): Found {
  const last = answers.at(-1)
  if (last === undefined || last.status === null) {
    return service?.is === 'ended'
      ? notMet(`the service ended before it answered: ${endingText(service.ending)}`)
      : unclear('the last request was not answered')
  }
  if (oracle.status !== null && last.status !== oracle.status) {
    return notMet(`the last answer is ${last.status}, not ${oracle.status}`)
  }
  if (oracle.says !== null && !holds(last, oracle.says)) {
    return notMet(`the last answer (${last.status}) does not hold what must not leak`)
  }
  return met(`the last answer is ${last.status}${oracle.says === null ? '' : ' and leaks'}`)
}

function byAssertion({ assertion }: Seen): Found {
  if (assertion === null) return unclear('the asserting program did not run')
  if (assertion === 0) return met('the asserting program holds')
  return assertion === 126 || assertion === 127
    ? unclear(`the asserting program could not be started (${assertion})`)
    : notMet(`the asserting program answers ${assertion}`)
}

/** How something ended, in words. */
export function endingText(ending: Ending): string {
  switch (ending.kind) {
    case 'exit':
      return `it exited with ${ending.code}`
    case 'signal':
      return `it died of ${ending.signal}`
    case 'limit':
      return `it ran into the limit of ${ending.limit}`
    case 'stopped':
      return 'it was stopped'
  }
}

const detectors = new Set<CrashFamily>([
  'asan',
  'hwasan',
  'msan',
  'tsan',
  'ubsan',
  'lsan',
  'valgrind',
])

/** The crash that tells most: a detector's, else the first. */
const mainCrash = ({ crashes }: Seen): TypedCrash | undefined =>
  crashes.find(({ by }) => detectors.has(by)) ?? crashes[0]
