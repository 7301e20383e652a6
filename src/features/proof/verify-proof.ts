import { type Result, yes } from '#kernel/result.ts'
import type { SandboxRefusal } from '#platform/sandbox/sandbox.ts'
import { attemptRun, type Feed, seenOfAttempt } from './attempt.ts'
import { build, runTests } from './build.ts'
import { decideEvidence, type Ladder, type Verifier } from './evidence.ts'
import type { Located } from './located.ts'
import { dictionaryOf } from './neighbours.ts'
import type { OpenBundle } from './open-bundle.ts'
import { type Judgement, judge } from './oracle.ts'
import { isSameFeed, type NamedFeed, type Prepared, prepare } from './prepared.ts'
import { type Bench, ProofRuns, type What } from './proof-runs.ts'
import { attemptLimits } from './run-limits.ts'
import { type Seen, seenOf } from './seen.ts'
import { type EnvironmentSeen, readEnvironment } from './toolchain.ts'
import { mutantsOf } from './variants.ts'
import type { PatchSeen } from './verdict.ts'

export type Asked = {
  /** How many fresh runs have to show the flaw. */
  readonly runs: number
  readonly verifier: Verifier
  readonly located: Located
  /**
   * How many mutants are tried in search of variants; null where no patch is to be tried, without
   * which they tell nothing.
   */
  readonly mutantsMax: number | null
}

/** An attempt on the target as it came, and what it showed. */
export type Tried = NamedFeed & { readonly seen: Seen; readonly judgement: Judgement }

/** A proof that was run on the target as it came: what patches are compared with. */
export type TriedProof = {
  readonly open: OpenBundle
  readonly prepared: Prepared
  readonly asked: Asked
  readonly runs: ProofRuns
  readonly environment: EnvironmentSeen
  /** What the bundle, the sandbox's tools and the target lack together. */
  readonly lacks: readonly string[]
  /** Why nothing was run although nothing is missing, or null. */
  readonly notRun: string | null
  /** The archive of the built target; null where it was not built. */
  readonly built: string | null
  readonly proof: readonly Tried[]
  readonly benign: Tried | null
  /** Null where the project has none. */
  readonly tests: { readonly seen: Seen; readonly isPassed: boolean } | null
  /** Other ways to the flaw, supplied and found: each showed it. */
  readonly variants: readonly Tried[]
  /** Supplied variants that did not show it. */
  readonly failedVariants: readonly Tried[]
  /** Mutants that did not show it. */
  readonly bystanders: readonly Tried[]
}

/** Builds the target and runs the proof n times, its benign control, tests and variants. */
export async function runProof(
  open: OpenBundle,
  asked: Asked,
  bench: Bench,
): Promise<Result<TriedProof, SandboxRefusal>> {
  const runs = new ProofRuns(bench)
  const prepared = await prepare(open)
  const environment = await readEnvironment(runs, open.proof)
  if (!environment.ok) return environment
  const incomplete = open.problems.length > 0 ? open.problems : prepared.lacks
  const lacks = [...incomplete, ...environment.value.lacks]
  const nothing: TriedProof = {
    ...{ open, prepared, asked, runs, lacks, environment: environment.value },
    ...{ notRun: null, built: null, proof: [], benign: null, tests: null },
    ...{ variants: [], failedVariants: [], bystanders: [] },
  }
  if (lacks.length > 0) return yes(nothing)
  const built = await build(runs, open, null)
  if (!built.ok) return built
  const { state, why } = built.value
  if (state === null) return yes({ ...nothing, notRun: `it was not run: ${why}` })
  return tryAll({ ...nothing, built: state }, state)
}

async function tryAll(
  start: TriedProof,
  built: string,
): Promise<Result<TriedProof, SandboxRefusal>> {
  const { prepared, asked, runs, open } = start
  const trial = new Trial(runs, prepared, { state: built, isPatched: false })
  const proof: Tried[] = []
  for (let at = 1; at <= asked.runs; at++) {
    const feed = { name: 'the proof', feed: prepared.feed }
    const tried = await trial.run('proof', { ...feed, name: `run ${at} of ${asked.runs}` })
    if (!tried.ok) return tried
    proof.push({ ...tried.value, name: 'the proof' })
  }
  const benign = prepared.benign === null ? null : await trial.run('benign', prepared.benign)
  if (benign !== null && !benign.ok) return benign
  const tried: TriedProof = { ...start, proof, benign: benign?.value ?? null }
  if (asked.mutantsMax === null || proof.every(({ judgement }) => judgement.is !== 'met'))
    return yes(tried)
  const tests = await testsOf(runs, open, { state: built, isPatched: false })
  if (!tests.ok) return tests
  return tryVariants({ ...tried, tests: tests.value }, trial)
}

/** How many mutants are tried by default. */
export const mutantsMaxUsual = 16
/** Of a proof that exhausts something each mutant may take all of its time. */
const slowMutantsMax = 5
/** How many of the mutants are kept, of those that show the flaw and of those that do not. */
const variantsKeptMax = 4
const bystandersKeptMax = 4

async function tryVariants(
  start: TriedProof,
  trial: Trial,
): Promise<Result<TriedProof, SandboxRefusal>> {
  const { prepared, open, asked } = start
  const variants: Tried[] = []
  const failedVariants: Tried[] = []
  for (const variant of prepared.variants) {
    const tried = await trial.run('variant', variant)
    if (!tried.ok) return tried
    if (tried.value.judgement.is === 'met') variants.push(tried.value)
    else failedVariants.push(tried.value)
  }
  const supplied = variants.length
  const bystanders: Tried[] = []
  const isSlow = open.proof.oracle.kind === 'exhaustion'
  const countMax = Math.min(asked.mutantsMax ?? 0, isSlow ? slowMutantsMax : mutantsMaxUsual * 4)
  const dictionary = await dictionaryOf(open.tree, open.proof.location)
  const known = [prepared.benign, ...prepared.variants].flatMap((one) => one?.feed ?? [])
  for (const mutant of mutantsOf(prepared.feed, dictionary, countMax)) {
    const isFull = variants.length - supplied >= variantsKeptMax
    if (isFull && bystanders.length >= bystandersKeptMax) break
    if (known.some((feed) => isSameFeed(feed, mutant.feed))) continue
    const tried = await trial.run('mutant', mutant)
    if (!tried.ok) return tried
    const { is } = tried.value.judgement
    if (is === 'met' && !isFull) variants.push(tried.value)
    if (is === 'not-met' && bystanders.length < bystandersKeptMax) bystanders.push(tried.value)
  }
  return yes({ ...start, variants, failedVariants, bystanders })
}

/** Attempts on one built target. */
export class Trial {
  readonly #runs: ProofRuns
  readonly #prepared: Prepared
  readonly #built: { readonly state: string; readonly isPatched: boolean }

  constructor(
    runs: ProofRuns,
    prepared: Prepared,
    built: { readonly state: string; readonly isPatched: boolean },
  ) {
    this.#runs = runs
    this.#prepared = prepared
    this.#built = built
  }

  async run(
    purpose: What['purpose'],
    { name, feed }: { readonly name: string; readonly feed: Feed },
  ): Promise<Result<Tried, SandboxRefusal>> {
    const { plan } = this.#prepared
    const { state, isPatched } = this.#built
    const { canary, steps, ...attempt } = attemptRun(plan, feed, this.#runs.bench.nonce())
    const limits = attemptLimits(plan.limits, plan.oracle)
    const done = await this.#runs.run(
      { purpose, name, isPatched },
      { ...attempt, state, keepState: null, limits },
    )
    if (!done.ok) return done
    const seen = seenOfAttempt(plan, { canary, steps }, done.value.outcome)
    const judgement = judge(plan.oracle, seen)
    done.value.kept.judgement = judgement
    return yes({ name, feed, seen, judgement })
  }
}

/** The project's tests on a built target; null where there are none. */
export async function testsOf(
  runs: ProofRuns,
  { proof }: OpenBundle,
  built: { readonly state: string; readonly isPatched: boolean },
): Promise<Result<TriedProof['tests'], SandboxRefusal>> {
  if (proof.tests.length === 0) return yes(null)
  const { oracle } = proof
  const canary = oracle.kind === 'canary-read' ? `${oracle.text}-${runs.bench.nonce()}` : null
  const bytes = canary === null ? null : new TextEncoder().encode(`${canary}\n`)
  const done = await runTests(runs, { proof, canary: bytes }, built)
  if (!done.ok) return done
  const seen = { ...seenOf(done.value.outcome), canary }
  const { ending } = seen
  return yes({ seen, isPassed: ending.kind === 'exit' && ending.code === 0 })
}

/** The level that a proof reached, with what was seen of one patch, if any was tried. */
export function evidenceOf(triedProof: TriedProof, patch: PatchSeen | null): Ladder {
  const { asked, open, lacks, notRun, proof, benign, failedVariants } = triedProof
  return decideEvidence({
    located: asked.located,
    lacks,
    finder: open.proof.finder,
    verifier: asked.verifier,
    runs: proof.map(({ judgement }) => judgement),
    runsAsked: asked.runs,
    notRun,
    benign: benign?.judgement ?? null,
    failedVariants: failedVariants.map(({ name, judgement }) => `${name}: ${judgement.why}`),
    patch,
  })
}
