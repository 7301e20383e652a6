import type { Failure } from './failure.ts'
import type { PatchNote } from './patch-inspection.ts'

/** What a patch does, as far as running it can tell. */
export const verdicts = [
  'fixes',
  'does not fix',
  'fixes this input only',
  'breaks tests',
  'breaks build',
  'adds a failure',
] as const
export type Verdict = (typeof verdicts)[number]

/** How one attempt compares, run with the patch and without it. */
export type Compared = {
  readonly name: string
  /** It shows the flaw although the patch is in. */
  readonly isShown: boolean
  /** What it cannot say, or null. */
  readonly unclear: string | null
  /** It ended otherwise than without the patch; only asked of what must go on working. */
  readonly differs: string | null
  readonly added: readonly Failure[]
}

/** All that running a patch showed. Lists are empty where there is nothing of the kind. */
export type PatchRuns = {
  /** Why the build failed, or null. */
  readonly buildFailed: string | null
  readonly proof: readonly Compared[]
  readonly benign: Compared | null
  /** Passed without the patch, and whether they still do. */
  readonly tests: Compared | null
  readonly testsFailed: string | null
  readonly variants: readonly Compared[]
  /** Mutants that did not show the flaw without the patch. */
  readonly bystanders: readonly Compared[]
}

/** What is said of a patch. A verdict of null: it could not be tried, `why` says why. */
export type PatchSeen = {
  readonly verdict: Verdict | null
  readonly why: string
  /** What of the runs is missing for the patch to count as verified. */
  readonly lacks: readonly string[]
  /** What a person should look at, although nothing that ran speaks against it. */
  readonly notes: readonly PatchNote[]
}

/** The verdict over a patch that applied. */
export function decideVerdict(runs: PatchRuns): Omit<PatchSeen, 'notes'> {
  const said = (verdict: Verdict | null, why: string): Omit<PatchSeen, 'notes'> => ({
    verdict,
    why,
    lacks: [],
  })
  if (runs.buildFailed !== null) return said('breaks build', runs.buildFailed)
  const shown = runs.proof.find(({ isShown }) => isShown)
  if (shown) return said('does not fix', 'the proof still shows the flaw with the patch')
  const { benign, tests, proof, variants, bystanders } = runs
  const broken = firstAdded([benign, tests, ...proof])
  if (broken !== null) return said('adds a failure', broken)
  if (runs.testsFailed !== null) return said('breaks tests', runs.testsFailed)
  if (benign?.differs) return said('breaks tests', `the benign control ${benign.differs}`)
  const variant = variants.find(({ isShown }) => isShown)
  if (variant) return said('fixes this input only', `${variant.name} still shows the flaw`)
  // While the cause is there, what is near the proof may fail by chance; now it must not.
  const added = firstAdded([...variants, ...bystanders])
  if (added !== null) return said('adds a failure', added)
  const doubt = firstUnclear(runs)
  if (doubt !== null) return said(null, doubt)
  return { verdict: 'fixes', why: fixesText(runs), lacks: lacksOf(runs) }
}

function firstAdded(compared: readonly (Compared | null)[]): string | null {
  for (const one of compared) {
    const [first] = one?.added ?? []
    if (one && first) {
      return `with the patch ${one.name} fails as it did not before: ${first.words}`
    }
  }
  return null
}

function firstUnclear({ benign, tests, proof, variants }: PatchRuns): string | null {
  for (const one of [benign, tests, ...proof, ...variants]) {
    if (one && one.unclear !== null)
      return `${one.name} says nothing with the patch: ${one.unclear}`
  }
  return null
}

function fixesText({ proof, variants }: PatchRuns): string {
  const others = variants.length === 0 ? '' : `, nor does any of ${variants.length} variants`
  return `${proof.length} of ${proof.length} fresh runs do not show the flaw any more${others}`
}

function lacksOf({ benign, tests, variants }: PatchRuns): readonly string[] {
  const lacks: string[] = []
  if (benign === null) lacks.push('a benign control that passes with the patch')
  if (tests === null) lacks.push("the project's tests, passing without the patch and with it")
  if (variants.length === 0) lacks.push('a variant: another way to the same flaw, to be fixed too')
  return lacks
}
