import type { Finder } from '#formats/proof/bundle.ts'
import type { Located } from './located.ts'
import type { Judgement } from './oracle.ts'
import type { PatchSeen } from './verdict.ts'

/**
 * How much is known of a finding:
 *
 * - `E0`: it is claimed.
 * - `E1`: the code that it names exists at the version that it names.
 * - `E2`: what is needed to run it is there and consistent.
 * - `E3`: every one of n fresh runs showed it, and the benign control did not.
 * - `E4`: with a patch nothing shows it any more, and what worked still works.
 */
export const levels = ['E0', 'E1', 'E2', 'E3', 'E4'] as const
export type Level = (typeof levels)[number]

/** Who ran a proof: a person or organisation, and the model that did it for them, if any. */
export type Verifier = { readonly name: string; readonly model: string | null }

/** What is known of a proof, as far as somebody got with it. */
export type Seen = {
  readonly located: Located
  /** What of the bundle is missing or contradicts itself; empty when it is complete. */
  readonly lacks: readonly string[]
  readonly finder: Finder
  readonly verifier: Verifier
  /** One judgement for each fresh run; empty when nothing ran. */
  readonly runs: readonly Judgement[]
  /** How many runs were asked for. */
  readonly runsAsked: number
  /** Why there are no runs although nothing is missing, such as a build that fails. */
  readonly notRun: string | null
  readonly benign: Judgement | null
  /** Supplied variants that did not show the flaw even without a patch, and why. */
  readonly failedVariants: readonly string[]
  readonly patch: PatchSeen | null
}

/** One step of the ladder: reached or not, and why. */
export type Step = { readonly level: Level; readonly isReached: boolean; readonly why: string }

export type Ladder = {
  readonly level: Level
  readonly runs: { readonly met: number; readonly of: number }
  /** From E1 to E4, in order. */
  readonly steps: readonly Step[]
  /** What would have to be there for the next level, in plain words. */
  readonly missing: readonly string[]
}

/** The level that was reached: the highest step below which every step holds. */
export function decideEvidence(seen: Seen): Ladder {
  const decided = [located(seen), complete(seen), reproduced(seen), fixed(seen)]
  const firstUnmet = decided.findIndex(({ lacks }) => lacks.length > 0)
  const count = firstUnmet < 0 ? decided.length : firstUnmet
  const steps = decided.map(({ level, why, lacks }, at) => ({
    level,
    isReached: at < count,
    why: lacks.length === 0 ? why : lacks.join('; '),
  }))
  const met = seen.runs.filter(({ is }) => is === 'met').length
  return {
    level: levels[count] ?? 'E0',
    runs: { met, of: seen.runs.length },
    steps,
    missing: decided[count]?.lacks ?? [],
  }
}

type Decided = { readonly level: Level; readonly why: string; readonly lacks: readonly string[] }

function located({ located: found }: Seen): Decided {
  const isThere = found.is === 'there' || found.is === 'moved' || found.is === 'not-named'
  return { level: 'E1', why: found.why, lacks: isThere ? [] : [found.why] }
}

function complete({ lacks }: Seen): Decided {
  return { level: 'E2', why: 'everything that a run needs is there', lacks }
}

function reproduced(seen: Seen): Decided {
  const { runs, runsAsked, benign, notRun } = seen
  const met = runs.filter(({ is }) => is === 'met').length
  const lacks: string[] = []
  if (isSameParty(seen.finder, seen.verifier)) {
    lacks.push('finder and verifier are the same: somebody else, or another model, has to run it')
  }
  if (runs.length === 0) {
    lacks.push(notRun ?? `it was not run: ${runsAsked} fresh runs have to show it`)
  }
  if (runs.length > 0 && (met < runs.length || runs.length < runsAsked))
    lacks.push(flakyText(seen, met))
  if (runs.length > 0) lacks.push(...benignLacks(benign))
  return { level: 'E3', why: `${met} of ${runs.length} fresh runs showed it`, lacks }
}

/** How often it was shown of how many runs, and what stood in the way of the first that did not. */
function flakyText({ runs, runsAsked }: Seen, met: number): string {
  const other = runs.find(({ is }) => is !== 'met')
  const because = other === undefined ? '' : `: ${other.why}`
  return runs.length < runsAsked
    ? `${met} of ${runsAsked} runs showed it, and not all of them took place${because}`
    : `${met} of ${runs.length} fresh runs showed it${because}`
}

function benignLacks(benign: Judgement | null): readonly string[] {
  if (benign === null) return ['a benign control: an input that must not show the flaw']
  if (benign.is === 'met') return [`the benign control shows the flaw as well: ${benign.why}`]
  if (benign.is === 'unclear') return [`the benign control says nothing: ${benign.why}`]
  return []
}

function fixed({ patch, failedVariants }: Seen): Decided {
  const level = 'E4'
  if (patch === null) return { level, why: '', lacks: ['a patch, tried in the sandbox'] }
  const { verdict, why } = patch
  if (verdict !== 'fixes') return { level, why, lacks: [`a patch that fixes it: ${why}`] }
  const variants = failedVariants.map(
    (one) => `variants that show the flaw without a patch: ${one}`,
  )
  return { level, why, lacks: [...patch.lacks, ...variants] }
}

/**
 * Whether one party would check its own claim: the same person or organisation, or the same model,
 * whoever asked it. Names are compared without case, width, accents and white space.
 */
export function isSameParty(finder: Finder, verifier: Verifier): boolean {
  const isName = plain(finder.name) === plain(verifier.name)
  const isModel =
    finder.model !== null &&
    verifier.model !== null &&
    plain(finder.model) === plain(verifier.model)
  return isName || isModel
}

const plain = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}\s]+/gu, '')
    .toLowerCase()
