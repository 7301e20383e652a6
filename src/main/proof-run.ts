import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { openProof } from '#features/proof/bundle-opening.ts'
import { locate } from '#features/proof/locate.ts'
import { oneMirror } from '#features/proof/mirror-folder.ts'
import { type ProofRecord, recordOf } from '#features/proof/record.ts'
import { otherTarget } from '#features/proof/same-target.ts'
import type { PatchSeen } from '#features/proof/verdict.ts'
import { tryPatch } from '#features/proof/verify-patch.ts'
import {
  type Asked,
  mutantsMaxUsual,
  runProof,
  type TriedProof,
} from '#features/proof/verify-proof.ts'
import type { Environment } from '#formats/proof/bundle.ts'
import { systemClock } from '#kernel/clock.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { environmentOf } from '#platform/config/environment.ts'
import { openSandbox, type SandboxWish } from '#platform/sandbox/open-sandbox.ts'
import type { Root, SandboxRefusal, Tier } from '#platform/sandbox/sandbox.ts'
import { painter, screenOf } from '#platform/terminal/screen.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { print, tell } from './output.ts'
import { ladderLines } from './proof-ladder.ts'

export type ProofRunOptions = {
  readonly runs?: string
  readonly json?: boolean
  readonly tier?: string
  /** An unpacked root file system to run on. */
  readonly root?: string
  /** A git repository that has the target's commit. */
  readonly mirror?: string
  /** What the proof has to be about. */
  readonly target?: string
  /** Who runs it; the name of this account by default. */
  readonly by?: string
  readonly model?: string
}

export type ProofVerifyOptions = ProofRunOptions & { readonly patch?: string }

const runsUsual = 3
const runsMax = 100
const keptOutputLength = 65_536

/** `parley proof run`: whether n of n fresh runs show the flaw. */
export const runProofRun = (path: string, options: ProofRunOptions): Promise<ExitCode> =>
  verifying(path, options, null)

/** `parley proof verify`: the same, and whether a patch fixes it. */
export const runProofVerify = (path: string, options: ProofVerifyOptions): Promise<ExitCode> =>
  verifying(path, options, options.patch ?? 'that of the proof')

async function verifying(
  path: string,
  options: ProofVerifyOptions,
  patch: string | null,
): Promise<ExitCode> {
  const scratch = mkdtempSync(join(tmpdir(), 'parley-proof-'))
  const drop = (): void => rmSync(scratch, { recursive: true, force: true })
  // An interruption ends the process without coming back here.
  process.once('exit', drop)
  try {
    const done = await verified(path, { options, patch, scratch })
    if (!done.ok) {
      const { why, at, hint } = done.refusal
      tell([`parley: ${at === undefined ? '' : `${at}: `}${why}`, ...(hint ? [hint] : [])])
      return exitCodeFor(done.refusal.code)
    }
    show(done.value, options.json === true)
    return holds(done.value) ? 0 : 1
  } finally {
    process.off('exit', drop)
    drop()
  }
}

function show(record: ProofRecord, isJson: boolean): void {
  if (isJson) {
    print([JSON.stringify(record, null, 2)])
    return
  }
  const screen = screenOf(process.stdout, environmentOf())
  print(ladderLines(record, painter(screen)))
}

/** Without a patch the runs are asked about, with one its verdict. */
const holds = ({ evidence, patch }: ProofRecord): boolean =>
  patch === null
    ? evidence.runs.of > 0 && ['E3', 'E4'].includes(evidence.level)
    : patch.verdict === 'fixes'

type Wish = {
  readonly options: ProofVerifyOptions
  /** Null where no patch is to be tried. */
  readonly patch: string | null
  readonly scratch: string
}

async function verified(path: string, wish: Wish): Promise<Result<ProofRecord>> {
  const { options, scratch } = wish
  const { signal } = new AbortController()
  const tier = tierOf(options.tier ?? 'namespaces')
  const runs = Number(options.runs ?? runsUsual)
  if (tier === null) return wrongUsage('is no tier: namespaces, gvisor or cluster', '--tier')
  if (!Number.isInteger(runs) || runs < 1 || runs > runsMax) {
    return wrongUsage(`is no number from 1 to ${runsMax}`, '--runs')
  }
  const opened = await openProof(path, {
    scratch,
    mirrors: oneMirror(options.mirror ?? null),
    signal,
  })
  if (!opened.ok) return opened
  await using proof = opened.value
  const { open } = proof
  const other = otherTarget(open.proof.target, { purl: options.target ?? null, commit: null })
  if (other !== null) return no({ code: 'malformed', why: other, at: path })
  const text = await patchText(open.read, open.proof.patch, wish)
  if (!text.ok) return text
  const root = rootOf(open.proof.environment, options.root)
  if (!root.ok) return root
  const sandbox = await openSandbox(tier, wishOf(root.value), signal)
  if (!sandbox.ok) return notRun(sandbox.refusal)
  const asked: Asked = {
    runs,
    verifier: { name: options.by ?? userInfo().username, model: options.model ?? null },
    located: await locate(open.proof.location, open.tree, null),
    mutantsMax: text.value === null ? null : mutantsMaxUsual,
  }
  const done = await runProof(open, asked, {
    ...{ sandbox: sandbox.value.sandbox, root: root.value, clock: systemClock, signal },
    ...{ folder: scratch, nonce: () => randomBytes(12).toString('hex') },
    scrubbing: { hidden: [scratch], lengthMax: keptOutputLength },
  })
  if (!done.ok) return notRun(done.refusal)
  return withPatch(done.value, text.value)
}

async function withPatch(tried: TriedProof, text: string | null): Promise<Result<ProofRecord>> {
  let patch: PatchSeen | null = null
  if (text !== null) {
    const seen = await tryPatch(tried, text)
    if (!seen.ok) return notRun(seen.refusal)
    patch = seen.value
  }
  return yes(recordOf(tried, patch))
}

const wrongUsage = (why: string, at: string): Result<never> => no({ code: 'bad-usage', why, at })

const tierOf = (text: string): Tier | null =>
  text === 'namespaces' || text === 'gvisor' || text === 'cluster' ? text : null

/** A cluster is tried with the image that the proof is run on. */
function wishOf(root: Root): SandboxWish {
  const { kubernetesNamespace: namespace, kubernetesRuntimeClass: runtimeClass } = environmentOf()
  return {
    cluster: { namespace, runtimeClass },
    ...(root.kind === 'image' ? { image: root.reference } : {}),
  }
}

/** A sandbox that cannot be had is a setting of the machine; what cannot be run is the proof's. */
function notRun({ code, why, hint }: SandboxRefusal): Result<never> {
  const isMachine = code === 'not-isolated' || code === 'no-root'
  const hints = hint === undefined ? {} : { hint }
  return no({ code: isMachine ? 'not-configured' : 'malformed', why, ...hints })
}

function rootOf(environment: Environment, folder: string | undefined): Result<Root> {
  if (folder !== undefined) return yes({ kind: 'folder', path: folder })
  if (environment.kind === 'host') return yes({ kind: 'host' })
  if (environment.kind === 'image') return yes({ kind: 'image', reference: environment.reference })
  return no({
    code: 'not-configured',
    why: 'the proof brings a root file system of its own, which is not unpacked here',
    hint: 'look at it, unpack it into a folder, and name that with --root',
  })
}

type Read = (path: string) => Promise<Uint8Array | null>

async function patchText(
  read: Read,
  own: string | null,
  { options, patch }: Wish,
): Promise<Result<string | null>> {
  if (patch === null) return yes(null)
  if (options.patch !== undefined) {
    try {
      return yes(readFileSync(options.patch, 'utf8'))
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      return no({ code: 'not-readable', why, at: options.patch })
    }
  }
  const bytes = own === null ? null : await read(own)
  return bytes === null
    ? no({ code: 'not-found', why: 'the proof has no patch', hint: 'name one with --patch' })
    : yes(new TextDecoder().decode(bytes))
}
