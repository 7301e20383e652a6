import type { EvidenceLevel, ProofAttempt, ProofRow, ProofRun, ProofWorker } from '../api/types.ts'

/** The words for what is said of proofs, once for every page. */

type Word = { readonly word: string; readonly sign: string; readonly tone: string }

/** What a patch does, as far as running it can tell. */
const verdicts: Readonly<Record<string, Word>> = {
  fixes: { word: 'Patch fixes it', sign: '✓', tone: 'text-good' },
  'does not fix': { word: 'Patch does not fix it', sign: '✗', tone: 'text-danger' },
  'fixes this input only': { word: 'Patch fixes this input only', sign: '✗', tone: 'text-danger' },
  'breaks tests': { word: 'Patch breaks tests', sign: '✗', tone: 'text-danger' },
  'breaks build': { word: 'Patch breaks the build', sign: '✗', tone: 'text-danger' },
  'adds a failure': { word: 'Patch adds a failure', sign: '✗', tone: 'text-danger' },
}

export const patchVerdictOf = (verdict: string | null): Word =>
  verdict === null
    ? { word: 'No patch tried', sign: '–', tone: 'text-quiet' }
    : (verdicts[verdict] ?? { word: verdict, sign: '?', tone: '' })

const runStates: Readonly<Record<ProofRun['state'], Word>> = {
  queued: { word: 'Waits to be run', sign: '◔', tone: 'text-warn' },
  running: { word: 'Runs now', sign: '◑', tone: 'text-warn' },
  done: { word: 'Was run', sign: '●', tone: '' },
  failed: { word: 'Could not be run', sign: '✗', tone: 'text-danger' },
  cancelled: { word: 'Cancelled', sign: '–', tone: 'text-quiet' },
}

export const runState = (state: ProofRun['state']): Word => runStates[state]

/** Of a proof: what its last run came to, beside what earlier ones showed. */
export function proofState(state: ProofRow['state']): Word {
  if (state === null) return { word: 'Never run', sign: '○', tone: 'text-quiet' }
  if (state === 'failed') return { ...runStates.failed, word: 'Last run showed nothing' }
  if (state === 'cancelled') return { ...runStates.cancelled, word: 'Last run cancelled' }
  return runStates[state]
}

/** Whether a run waits or runs, so that another cannot be asked for. */
export const isUnderWay = (state: ProofRow['state']): boolean =>
  state === 'queued' || state === 'running'

export const runReasons: Readonly<Record<ProofRun['why'], string>> = {
  arrived: 'When it came in',
  're-run': 'Asked for',
  neighbour: 'Tried with the patch of another proof',
}

export const attemptWords: Readonly<Record<ProofAttempt['is'], string>> = {
  met: 'showed the flaw',
  'not-met': 'did not show it',
  unclear: 'unclear',
}

/** What each step of the ladder asks, for whoever has never seen it. */
export const stepWords: Readonly<Record<EvidenceLevel, string>> = {
  E0: 'Somebody claims it.',
  E1: 'The code that it names is there, at its version.',
  E2: 'What a run needs is there and fits together.',
  E3: 'Every fresh run shows it, and the benign control does not.',
  E4: 'With the patch nothing shows it any more, and what worked still works.',
}

export const classificationWords: Readonly<Record<ProofWorker['ceiling'], string>> = {
  unclassified: 'Unclassified',
  restricted: 'Restricted',
  confidential: 'Confidential',
  secret: 'Secret',
  'top-secret': 'Top secret',
}

/** A name of the code keeps its first letter; these words are of the product. */
const own =
  /^(?:an?|all|every|everything|finder|it|its|no|none|not|nothing|run|the|this|variants|what|with)\b/

/** Texts of the product begin small, because they may stand within a sentence. */
export const sentence = (text: string): string => {
  const begun = own.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text
  return /[.!?…”)]$/.test(begun) || begun === '' ? begun : `${begun}.`
}

export const secondsOf = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
