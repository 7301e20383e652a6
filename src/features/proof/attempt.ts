import type { HttpStep, Oracle, ProofBundle } from '#formats/proof/bundle.ts'
import { searchPath } from '#platform/sandbox/inner-script.ts'
import type { Given, SandboxOutcome, SandboxRun } from '#platform/sandbox/sandbox.ts'
import {
  assertionScript,
  canaryScript,
  commandScript,
  reportsFolder,
  serviceScript,
} from './attempt-script.ts'
import {
  answerOf,
  endingOfCode,
  type Seen,
  type ServiceSeen,
  seenOf,
  textOf,
  withReports,
} from './seen.ts'

/** A request with its body at hand. */
export type ReadyStep = Omit<HttpStep, 'body'> & { readonly body: Uint8Array | null }

/** What one attempt feeds the target: a command's input, or requests to a service. */
export type Feed = {
  readonly input: Uint8Array | null
  readonly exchange: readonly ReadyStep[]
}

/** Files of the bundle that an asserting program consists of, by the argument that names them. */
export type Assertion = { readonly command: readonly string[]; readonly files: readonly Given[] }

/** Everything but the feed that the attempts of a proof share. */
export type AttemptPlan = {
  readonly run: ProofBundle['run']
  readonly oracle: Oracle
  readonly assertion: Assertion | null
  readonly limits: ProofBundle['limits']
}

/** What an attempt demands of a sandbox; the root, the state and the limits are the caller's. */
export type AttemptRun = Pick<
  SandboxRun,
  'given' | 'command' | 'environment' | 'stdin' | 'collect' | 'mayTrace'
> & { readonly canary: string | null; readonly steps: number }

const inFolder = '/parley/in'
/** Where scripts leave what they saw, below the target's folder. */
const ownFolder = '.parley'
const collectedStepsMax = 50

/** Where tools are looked for; Go's own instructions put it into `/usr/local/go`. */
const path = `${searchPath}:/usr/local/go/bin`

/** Only the detector of leaks looks at a process from outside of it. */
export const mayTrace = (oracle: Oracle): boolean =>
  oracle.kind === 'sanitizer' && oracle.tool === 'leak'

/** What detectors are told: to end at the first report, and nothing of the machine. */
export function environmentOf(oracle: Oracle): Readonly<Record<string, string>> {
  const leaks = mayTrace(oracle) ? 1 : 0
  return {
    PATH: path,
    HOME: '/tmp',
    TMPDIR: '/tmp',
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    ASAN_OPTIONS: `detect_leaks=${leaks}:halt_on_error=1:abort_on_error=0:color=never`,
    UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1:color=never',
    TSAN_OPTIONS: 'halt_on_error=1:color=never',
    MSAN_OPTIONS: 'halt_on_error=1:color=never',
    RUST_BACKTRACE: '1',
    PYTHONDONTWRITEBYTECODE: '1',
  }
}

/**
 * The same for an attempt, whose sanitizers write to files of their own: what a program prints of
 * its input is no report then, however much it looks like one.
 */
function environmentOfAttempt(oracle: Oracle): Readonly<Record<string, string>> {
  const shared = environmentOf(oracle)
  const names = ['ASAN_OPTIONS', 'UBSAN_OPTIONS', 'TSAN_OPTIONS', 'MSAN_OPTIONS'] as const
  const place = `log_path=/work/${reportsFolder}/report`
  return {
    ...shared,
    ...Object.fromEntries(names.map((name) => [name, `${shared[name]}:${place}`])),
    LSAN_OPTIONS: `detect_leaks=${mayTrace(oracle) ? 1 : 0}:${place}`,
    GORACE: place,
  }
}

/**
 * One attempt as a run. `nonce` is a text that nobody can know before the run: a canary ends in it,
 * so that only what read the canary can show it.
 */
export function attemptRun(plan: AttemptPlan, feed: Feed, nonce: string): AttemptRun {
  const { run, oracle, assertion } = plan
  const canary = canaryOf(oracle, nonce)
  const given: Given[] = [...(assertion?.files ?? [])]
  if (canary.file !== null) given.push({ name: 'canary', bytes: encode(canary.file) })
  const before = canaryScript(oracle, `${inFolder}/canary`)
  const after = assertionScript(oracle, assertion?.command ?? null)
  const shared = {
    environment: environmentOfAttempt(oracle),
    canary: canary.text,
    steps: 0,
    mayTrace: mayTrace(oracle),
  }
  const collect = collectedBy(oracle)
  if (run.kind === 'command') {
    const { input } = run
    const name = input.kind === 'none' ? null : inputName(input.path)
    if (name !== null && feed.input !== null) given.push({ name, bytes: feed.input })
    const script = commandScript(before, after)
    given.push({ name: 'attempt', bytes: encode(script) })
    const command = run.command.map((word) => word.replaceAll('{input}', `${inFolder}/${name}`))
    const stdin = input.kind === 'stdin' ? feed.input : null
    return { ...shared, given, command: ['sh', `${inFolder}/attempt`, ...command], stdin, collect }
  }
  const steps = feed.exchange.slice(0, collectedStepsMax)
  for (const [at, step] of steps.entries()) {
    given.push({ name: `request-${at + 1}`, bytes: requestBytes(step, run.port) })
  }
  const script = serviceScript({ run, steps: steps.length, before, after })
  given.push({ name: 'attempt', bytes: encode(script) })
  const answers = steps.map((_, at) => `${ownFolder}/answer-${at + 1}`)
  return {
    ...shared,
    steps: steps.length,
    given,
    command: ['bash', `${inFolder}/attempt`, ...run.command],
    stdin: null,
    collect: [...collect, `${ownFolder}/service`, ...answers],
  }
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Programs decide by the ending of a name, so that an input keeps its own. */
function inputName(file: string): string {
  const ending = /\.[A-Za-z0-9]{1,10}$/.exec(file)?.[0] ?? ''
  return `input${ending}`
}

type Canary = { readonly file: string | null; readonly text: string | null }

/** A canary in a place of the sandbox's own is made anew; elsewhere it is what stands there. */
function canaryOf(oracle: Oracle, nonce: string): Canary {
  if (oracle.kind !== 'canary-read') return { file: null, text: null }
  if (!isOwnPlace(oracle.path)) return { file: null, text: oracle.text }
  const text = `${oracle.text}-${nonce}`
  return { file: `${text}\n`, text }
}

/** Whether a run may write there: below the target's folder, or in the sandbox's `/tmp`. */
export const isOwnPlace = (place: string): boolean =>
  !place.startsWith('/') || place.startsWith('/tmp/') || place.startsWith('/work/')

function collectedBy(oracle: Oracle): string[] {
  const reports = `${reportsFolder}/`
  if (oracle.kind === 'assertion') return [reports, `${ownFolder}/assertion`]
  return oracle.kind === 'canary-written' ? [reports, `${ownFolder}/written`] : [reports]
}

/** A request as it goes over the wire (RFC 9112); what the proof says itself is not overridden. */
export function requestBytes(step: ReadyStep, port: number): Uint8Array {
  const names = new Set(Object.keys(step.headers).map((name) => name.toLowerCase()))
  const lines = [`${step.method} ${step.path} HTTP/1.1`]
  if (!names.has('host')) lines.push(`Host: 127.0.0.1:${port}`)
  if (!names.has('connection')) lines.push('Connection: close')
  for (const [name, value] of Object.entries(step.headers)) lines.push(`${name}: ${value}`)
  const hasLength = names.has('content-length') || names.has('transfer-encoding')
  if (step.body !== null && !hasLength) lines.push(`Content-Length: ${step.body.length}`)
  const head = encode(`${lines.join('\r\n')}\r\n\r\n`)
  const bytes = new Uint8Array(head.length + (step.body?.length ?? 0))
  bytes.set(head)
  if (step.body !== null) bytes.set(step.body, head.length)
  return bytes
}

/** What the outcome of an attempt's run shows. */
export function seenOfAttempt(
  plan: AttemptPlan,
  { canary, steps }: Pick<AttemptRun, 'canary' | 'steps'>,
  outcome: SandboxOutcome,
): Seen {
  const collected = new Map(outcome.collected.map(({ name, output }) => [name, output]))
  const text = (name: string): string | null => {
    const output = collected.get(`${ownFolder}/${name}`)
    return output === undefined ? null : textOf(output)
  }
  const code = Number(/^\d{1,3}(?=\n?$)/.exec(text('assertion') ?? '')?.[0] ?? Number.NaN)
  const reports = collected.get(`${reportsFolder}/`) ?? { bytes: new Uint8Array(), total: 0 }
  const seen: Seen = {
    ...withReports(seenOf(outcome), reports),
    canary,
    written: text('written'),
    assertion: Number.isNaN(code) ? null : code,
  }
  if (plan.run.kind === 'command') return seen
  // A request that was not answered has its place all the same: the last is the last.
  const answers = Array.from({ length: steps }, (_, at) =>
    answerOf(collected.get(`${ownFolder}/answer-${at + 1}`)?.bytes ?? new Uint8Array()),
  )
  const service = serviceSeen(text('service'))
  const ending =
    service.is === 'ended' && seen.ending.kind === 'exit' ? service.ending : seen.ending
  return { ...seen, answers, service, ending }
}

function serviceSeen(said: string | null): ServiceSeen {
  const ended = /^ended (\d{1,3})/m.exec(said ?? '')?.[1]
  if (ended !== undefined) return { is: 'ended', ending: endingOfCode(Number(ended)) }
  return said?.startsWith('ready') ? { is: 'answering' } : { is: 'late' }
}
