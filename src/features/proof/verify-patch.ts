import { assert } from '#kernel/assert.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { SandboxRefusal } from '#platform/sandbox/sandbox.ts'
import { type Built, build, readFiles } from './build.ts'
import { addedFailures, type Failure, failuresIn } from './failure.ts'
import { endingText } from './oracle.ts'
import { changesOf, parsePatch } from './patch.ts'
import { inspectPatch, type PatchNote } from './patch-inspection.ts'
import type { Seen } from './seen.ts'
import { type Compared, decideVerdict, type PatchRuns, type PatchSeen } from './verdict.ts'
import { Trial, type Tried, type TriedProof, testsOf } from './verify-proof.ts'

/**
 * Tries a patch on a proof that was run without it: builds the target with it, and compares every
 * attempt with how it went before. The patch need not come with the proof: that of another case
 * may be tried as well.
 */
export async function tryPatch(
  triedProof: TriedProof,
  text: string,
): Promise<Result<PatchSeen, SandboxRefusal>> {
  const { open, runs } = triedProof
  const files = parsePatch(text)
  if (!files.ok) return untried(`the patch cannot be read: ${said(files.refusal)}`)
  const notes = inspectPatch(files.value, open.proof.location)
  if (!triedProof.proof.some(({ judgement }) => judgement.is === 'met')) {
    return untried(
      'no run without the patch showed the flaw, so that nothing can be compared',
      notes,
    )
  }
  const texts = await readFiles(runs, open, files.value)
  if (!texts.ok) return ownFault(texts.refusal, notes)
  const changes = changesOf(files.value, (path) => texts.value.get(path) ?? null)
  if (!changes.ok) return untried(`the patch does not apply: ${said(changes.refusal)}`, notes)
  const built = await build(runs, open, changes.value)
  if (!built.ok) return ownFault(built.refusal, notes)
  const tried = await runsWith(triedProof, built.value)
  if (!tried.ok) return tried
  const decided = decideVerdict(tried.value)
  const looks = notes
    .filter(({ kind }) => needsLook.has(kind))
    .map(({ words }) => `a person's look at the patch: ${words}`)
  const lacks = decided.verdict === 'fixes' ? [...decided.lacks, ...looks] : decided.lacks
  return yes({ ...decided, lacks, notes })
}

const untried = (why: string, notes: PatchSeen['notes'] = []): Result<PatchSeen, never> =>
  yes({ verdict: null, why, lacks: [], notes })

/** What could make a patch look like a fix without one. */
const needsLook: ReadonlySet<PatchNote['kind']> = new Set([
  ...(['tests-only', 'tests-changed', 'disabled', 'build'] as const),
])

/** A patch that no sandbox can be given takes nothing from what was shown without it. */
const ownFault = (
  refusal: SandboxRefusal,
  notes: readonly PatchNote[],
): Result<PatchSeen, SandboxRefusal> =>
  refusal.code === 'bad-run'
    ? untried(`the patch cannot be tried: ${refusal.why}`, notes)
    : no(refusal)

const said = ({ at, why }: { readonly at: string; readonly why: string }): string => `${at}: ${why}`

const nothing: PatchRuns = {
  ...{ buildFailed: null, proof: [], benign: null, tests: null, testsFailed: null },
  ...{ variants: [], bystanders: [] },
}

async function runsWith(
  triedProof: TriedProof,
  built: Built,
): Promise<Result<PatchRuns, SandboxRefusal>> {
  const { prepared, runs, open } = triedProof
  if (built.state === null) return yes({ ...nothing, buildFailed: `with the patch ${built.why}` })
  assert(triedProof.built !== null, 'what showed a flaw was built')
  const patched = { state: built.state, isPatched: true }
  const compare = new Comparison(triedProof, {
    patched: new Trial(runs, prepared, patched),
    unpatched: new Trial(runs, prepared, { state: triedProof.built, isPatched: false }),
  })
  let seen = nothing
  const steps: readonly Step[] = [
    async () => added(await compare.all('proof', triedProof.proof), (proof) => ({ proof })),
    async () => {
      const control = triedProof.benign === null ? [] : [triedProof.benign]
      return added(await compare.all('benign', control), ([benign = null]) => ({ benign }))
    },
    async () =>
      added(await testsOf(runs, open, patched), (tests) => testsCompared(triedProof, tests)),
    async () =>
      added(await compare.all('variant', triedProof.variants), (variants) => ({ variants })),
    async () =>
      added(await compare.all('mutant', triedProof.bystanders), (bystanders) => ({ bystanders })),
  ]
  for (const step of steps) {
    const found = await step()
    if (!found.ok) return found
    seen = { ...seen, ...found.value }
    // What follows weighs less and cannot change what is said.
    const { verdict } = decideVerdict(seen)
    if (verdict !== null && verdict !== 'fixes') break
  }
  return yes(seen)
}

type Step = () => Promise<Result<Partial<PatchRuns>, SandboxRefusal>>

const added = <T>(
  found: Result<T, SandboxRefusal>,
  of: (value: T) => Partial<PatchRuns>,
): Result<Partial<PatchRuns>, SandboxRefusal> => (found.ok ? yes(of(found.value)) : found)

type Purpose = 'proof' | 'benign' | 'variant' | 'mutant'

/** Repeats attempts on the patched target and holds each against how it went before. */
class Comparison {
  readonly #proof: TriedProof
  readonly #patched: Trial
  readonly #unpatched: Trial

  constructor(
    triedProof: TriedProof,
    trials: { readonly patched: Trial; readonly unpatched: Trial },
  ) {
    this.#proof = triedProof
    this.#patched = trials.patched
    this.#unpatched = trials.unpatched
  }

  async all(
    purpose: Purpose,
    before: readonly Tried[],
  ): Promise<Result<readonly Compared[], SandboxRefusal>> {
    const found: Compared[] = []
    for (const one of before) {
      // Fresh runs of one proof are one thing tried again: a flaky one may show it in a few only.
      const alike = purpose === 'proof' ? before : [one]
      const tried = await this.#tried(purpose, one, alike)
      if (!tried.ok) return tried
      const compared = tried.value
      // What a benign control must do is what it did before; hostile input may well be refused.
      found.push(purpose === 'benign' ? compared : { ...compared, differs: null })
      // One that shows the flaw still says all that more of them would.
      if (compared.isShown) break
    }
    return yes(found)
  }

  /** What fails with the patch has to fail again, and not to fail without it the second time. */
  async #tried(
    purpose: Purpose,
    one: Tried,
    alike: readonly Tried[],
  ): Promise<Result<Compared, SandboxRefusal>> {
    const first = await this.#patched.run(purpose, one)
    if (!first.ok) return first
    const compared = this.#compare(alike, one, first.value)
    if (compared.isShown || compared.added.length === 0) return yes(compared)
    const again = await this.#patched.run(purpose, one)
    if (!again.ok) return again
    const without = await this.#unpatched.run(purpose, one)
    if (!without.ok) return without
    const second = this.#compare(alike, one, again.value)
    const { oracle } = this.#proof.open.proof
    const lasting = addedFailures(failuresIn(oracle, without.value.seen), compared.added)
    const keys = new Set(second.added.map(({ key }) => key))
    return yes({ ...second, added: lasting.filter(({ key }) => keys.has(key)) })
  }

  #compare(alike: readonly Tried[], before: Tried, after: Tried): Compared {
    const { oracle } = this.#proof.open.proof
    const known = alike.flatMap(({ seen }) => failuresIn(oracle, seen))
    const now = failuresIn(oracle, after.seen)
    const isFlaw = alike.some(({ judgement }) => judgement.is === 'met')
    const isShown = isFlaw && (after.judgement.is === 'met' || isSameKind(known, now))
    const { is, why } = after.judgement
    return {
      name: before.name,
      isShown,
      unclear: isFlaw && is === 'unclear' ? why : null,
      differs: difference(before.seen, after.seen),
      added: isShown ? [] : addedFailures(known, now),
    }
  }
}

/** Whether what was detected before is detected still, be it in another place. */
function isSameKind(before: readonly Failure[], after: readonly Failure[]): boolean {
  const kinds = new Set(before.flatMap(({ kind }) => kind ?? []))
  return after.some(({ kind }) => kind !== null && kinds.has(kind))
}

function difference(before: Seen, after: Seen): string | null {
  if (endingText(before.ending) !== endingText(after.ending)) {
    return `ended otherwise than without the patch: ${endingText(after.ending)}`
  }
  const statuses = ({ answers }: Seen): string =>
    answers.map(({ status }) => status ?? '-').join(', ')
  return statuses(before) === statuses(after)
    ? null
    : `was answered ${statuses(after)}, without the patch ${statuses(before)}`
}

function testsCompared(
  { tests, open }: TriedProof,
  after: TriedProof['tests'],
): Pick<PatchRuns, 'tests' | 'testsFailed'> {
  if (tests === null || after === null || !tests.isPassed) return { tests: null, testsFailed: null }
  const { oracle } = open.proof
  const name = "the project's tests"
  const added = addedFailures(failuresIn(oracle, tests.seen), failuresIn(oracle, after.seen))
  const compared: Compared = { name, isShown: false, unclear: null, differs: null, added }
  const how = endingText(after.seen.ending)
  const why = `${name}, which pass without the patch, do not with it: ${how}`
  return { tests: compared, testsFailed: after.isPassed ? null : why }
}
