import { randomBytes } from 'node:crypto'
import { dirname } from 'node:path'
import { type Mirrors, type OpenRefusal, openProof } from '#features/proof/bundle-opening.ts'
import { type BundleRefusal, type ReadBundle, readBundle } from '#features/proof/bundle-reading.ts'
import type { Verifier } from '#features/proof/evidence.ts'
import type { BundleFault, BundleReader } from '#features/proof/hand-in.ts'
import { locate } from '#features/proof/locate.ts'
import { MachineTrouble } from '#features/proof/machine-trouble.ts'
import type { OpenBundle } from '#features/proof/open-bundle.ts'
import type { KeptRun } from '#features/proof/proof-runs.ts'
import type { Attempted, ProofRefusal, ProofTask, Prove, Proved } from '#features/proof/prove.ts'
import { type ProofRecord, recordOf } from '#features/proof/record.ts'
import { tryPatch } from '#features/proof/verify-patch.ts'
import { mutantsMaxUsual, runProof } from '#features/proof/verify-proof.ts'
import type { Environment } from '#formats/proof/bundle.ts'
import type { ProofProblem } from '#formats/proof/problem.ts'
import type { Clock } from '#kernel/clock.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { contentOf } from '#platform/files/archive-state.ts'
import type { Root, Sandbox, SandboxRefusal } from '#platform/sandbox/sandbox.ts'

/** So many fresh runs have to show a flaw. */
const runsAsked = 3
/** So much is kept of what a run wrote. */
const outputLengthMax = 8_000
/** A longer patch is none. */
const patchBytesMax = 4 * 2 ** 20

const sentence = ({ why, hint }: Pick<Refusal, 'why' | 'hint'>): string =>
  hint === undefined ? why : `${why}; ${hint}`

const faultOf = (problem: ProofProblem): BundleFault => {
  const line = problem.line === null ? '' : `line ${problem.line} `
  return { pointer: problem.pointer, detail: `${line}${sentence(problem)}` }
}

const faultsOf = (refusal: BundleRefusal): readonly BundleFault[] =>
  refusal.is === 'document'
    ? refusal.problems.map(faultOf)
    : [{ pointer: '', detail: sentence(refusal.refusal) }]

/** What no bundle is at fault for. */
const machineCodes: ReadonlySet<string> = new Set(['disk-full', 'not-writable', 'not-configured'])

/** Reads bundles that are handed in: only what is complete and holds together is kept. */
export const bundleReader: BundleReader = async (archive) => {
  const read = await readBundle(archive, { scratch: dirname(archive) })
  if (!read.ok) {
    const { refusal } = read
    if (refusal.is === 'archive' && machineCodes.has(refusal.refusal.code)) {
      throw new MachineTrouble(refusal.refusal.why)
    }
    return no(faultsOf(refusal))
  }
  await using opened = read.value
  const { problems } = opened.verdict
  if (problems.length > 0) return no(problems.map(faultOf))
  return yes({ bundle: opened.proof, patch: await patchOf(opened) })
}

async function patchOf({ proof, files }: ReadBundle): Promise<string | null> {
  if (proof.patch === null) return null
  const content = await contentOf(files, proof.patch, patchBytesMax)
  return content.ok ? content.value.toString('utf8') : null
}

export type MachineParts = {
  readonly sandbox: Sandbox
  readonly clock: Clock
  readonly verifier: Verifier
  /** Folders of this machine that no output may name, longest first. */
  readonly hidden: readonly string[]
  /** Code that proofs name by repository and commit. */
  readonly mirrors: Mirrors
}

const refuse = (code: string, why: string): Result<never, ProofRefusal> =>
  no({ code, why, isHere: false })

/**
 * What is not on this machine may be on another one.
 *
 * @throws {MachineTrouble} where this machine cannot for the moment
 */
function unopened(refusal: OpenRefusal): ProofRefusal {
  const why = sentence(refusal)
  if (machineCodes.has(refusal.code)) throw new MachineTrouble(why)
  const isElsewhere = refusal.isTargetElsewhere === true
  return isElsewhere
    ? { code: 'no-target', why, isHere: 'proof' }
    : { code: refusal.code, why, isHere: false }
}

/** Runs proofs in a sandbox of this machine, on code that comes with them or that it mirrors. */
export const machineProver =
  (parts: MachineParts): Prove =>
  async (task, signal) => {
    const scratch = dirname(task.archive)
    const opened = await openProof(task.archive, { scratch, mirrors: parts.mirrors, signal })
    if (!opened.ok) return no(unopened(opened.refusal))
    await using proof = opened.value
    const patch = await patchFor(task, proof.open)
    if (!patch.ok) return patch
    // Awaited here: what was opened is closed on the way out.
    return await proved(parts, proof.open, { patch: patch.value, scratch, signal })
  }

async function patchFor(
  { patchFrom }: ProofTask,
  { proof, read }: OpenBundle,
): Promise<Result<string | null, ProofRefusal>> {
  if (patchFrom === null) {
    const bytes = proof.patch === null ? null : await read(proof.patch)
    return yes(bytes === null ? null : Buffer.from(bytes).toString('utf8'))
  }
  const other = await readBundle(patchFrom, { scratch: dirname(patchFrom) })
  if (!other.ok) return refuse('no-patch', 'the other proof cannot be read')
  await using neighbour = other.value
  const patch = await patchOf(neighbour)
  return patch === null ? refuse('no-patch', 'the other proof brings no patch') : yes(patch)
}

type Trying = {
  readonly patch: string | null
  readonly scratch: string
  readonly signal: AbortSignal
}

async function proved(
  { sandbox, clock, verifier, hidden }: MachineParts,
  open: OpenBundle,
  { patch, scratch, signal }: Trying,
): Promise<Result<Proved, ProofRefusal>> {
  const root = rootOf(open.proof.environment)
  if (!root.ok) return root
  const located = await locate(open.proof.location, open.tree, null)
  const mutantsMax = patch === null ? null : mutantsMaxUsual
  const baseline = await runProof(
    open,
    { runs: runsAsked, verifier, located, mutantsMax },
    {
      ...{ sandbox, clock, signal, root: root.value, folder: scratch },
      scrubbing: { hidden: [scratch, ...hidden], lengthMax: outputLengthMax },
      nonce: () => randomBytes(12).toString('hex'),
    },
  )
  if (!baseline.ok) return no(refusalOf(baseline.refusal))
  const tried = patch === null ? null : await tryPatch(baseline.value, patch)
  if (tried !== null && !tried.ok) return no(refusalOf(tried.refusal))
  return yes(provedOf(recordOf(baseline.value, tried?.value ?? null)))
}

/** What this machine has at hand; a bundle's own file system is not unpacked here. */
function rootOf(environment: Environment): Result<Root, ProofRefusal> {
  if (environment.kind === 'host') return yes({ kind: 'host' })
  if (environment.kind === 'image') return yes({ kind: 'image', reference: environment.reference })
  return refuse('no-root', 'workers run proofs on their own tools or an image, not on an archive')
}

const refusalOf = (refusal: SandboxRefusal): ProofRefusal => ({
  ...{
    code: refusal.code,
    why: sentence(refusal),
    isHere: refusal.code === 'not-isolated' ? 'machine' : false,
  },
})

const provedOf = ({
  evidence,
  runs,
  shown,
  patch,
  environment,
  isolation,
}: ProofRecord): Proved => ({
  ...{ level: evidence.level, runs: evidence.runs, steps: evidence.steps },
  ...{ missing: evidence.missing, attempts: runs.flatMap(attemptedIn) },
  crash: shown?.crash ?? null,
  patch: patch && {
    ...{ verdict: patch.verdict, why: patch.why },
    notes: patch.notes.map((note) => note.words),
  },
  ...{ environment: environment.digest, isolation },
})

function attemptedIn({ judgement, ...run }: KeptRun): Attempted[] {
  if (judgement === null) return []
  const { is, why } = judgement
  const output = [run.stdout.text, run.stderr.text].filter((text) => text !== '').join('\n')
  const { name, purpose, isPatched, tookMs } = run
  return [{ name, purpose, isPatched, is, why, tookMs, output }]
}
