import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Task, Verifier } from '#formats/pack/pack.ts'
import { unreachable } from '#kernel/assert.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Archive } from '#platform/files/archive.ts'
import { below, contentOf, overlay, writeState } from '#platform/files/archive-state.ts'
import type {
  Ending,
  Given,
  Limits,
  Root,
  Sandbox,
  SandboxOutcome,
  SandboxRun,
} from '#platform/sandbox/sandbox.ts'
import type { PackTask } from './pack-reading.ts'

/** What a verifier said, from 0 to 1; or why it said nothing, which is never a reward of 0. */
export type Reward =
  | { readonly is: 'reward'; readonly reward: number }
  | { readonly is: 'grader-error'; readonly why: string }

/** What of a task's own is tried against its verifier. */
export type TrialKind = 'reference' | 'nothing' | 'wrong'

/** What became of one trial, and whether a sound task makes it so. */
export type Trial = {
  readonly kind: TrialKind
  /** The folder of the answer; null for nothing. */
  readonly answer: string | null
  readonly reward: Reward
  readonly isSound: boolean
}

const mebibyte = 2 ** 20

/** Bounds of one command of a task; what it leaves can be no larger than what the next takes. */
export const taskRunLimits = (seconds: number, memoryMiB: number): Limits => ({
  ...{ wallMs: seconds * 1000, cpuMs: seconds * 1000, memoryBytes: memoryMiB * mebibyte },
  ...{ processesMax: 128, diskBytes: 256 * mebibyte, fileBytes: 64 * mebibyte },
  ...{ openFilesMax: 256, outputBytes: mebibyte, outputEndsBytes: 16 * mebibyte },
})

/** Judges what an agent left in its working folder, a tar archive, in a sandbox apart from it. */
export async function rewardOf(
  { task: { verifier }, files }: PackTask,
  state: string,
  { sandbox, root, signal }: Judging,
): Promise<Reward> {
  const given = await givenOf(files, verifier.files)
  if (!given.ok) return graderError(given.refusal)
  const done = await sandbox.run(verifierRun(verifier, { given: given.value, state, root }), signal)
  return done.ok ? rewardSaid(done.value) : graderError(done.refusal.why)
}

export type Judging = {
  readonly sandbox: Sandbox
  /** The file system that the task's environment names. */
  readonly root: Root
  readonly signal: AbortSignal
}

const graderError = (why: string): Reward => ({ is: 'grader-error', why })

function verifierRun(
  { command, seconds, memoryMiB }: Verifier,
  what: Pick<SandboxRun, 'given' | 'state' | 'root'>,
): SandboxRun {
  return {
    ...what,
    ...{ keepState: null, command, environment: {}, stdin: null, mayTrace: false, collect: [] },
    limits: taskRunLimits(seconds, memoryMiB),
  }
}

type Said = Pick<SandboxOutcome, 'ending' | 'stdout' | 'stderr'>

/** The last line of the output. Exit codes other than 0 say that the verifier itself failed. */
export function rewardSaid({ ending, stdout, stderr }: Said): Reward {
  if (ending.kind !== 'exit' || ending.code !== 0) {
    const told = Buffer.from(stderr.bytes).toString('utf8').trim().split('\n').at(-1) ?? ''
    return graderError(`the verifier ${endingWords(ending)}: ${told.slice(0, 300)}`)
  }
  const line = Buffer.from(stdout.bytes).toString('utf8').trimEnd().split('\n').at(-1) ?? ''
  if (!/^(?:0|1|0\.\d{1,9}|1\.0{1,9})$/.test(line)) {
    const said = JSON.stringify(line.slice(0, 100))
    return graderError(`the verifier's last line is no reward from 0 to 1: ${said}`)
  }
  return { is: 'reward', reward: Number(line) }
}

export function endingWords(ending: Ending): string {
  switch (ending.kind) {
    case 'exit':
      return `ended with code ${ending.code}`
    case 'signal':
      return `was ended by ${ending.signal}`
    case 'limit':
      return `ran into the limit of ${ending.limit}`
    case 'stopped':
      return 'was stopped'
    default:
      return unreachable(ending)
  }
}

/** The files of a folder, as a sandbox is given them. */
async function givenOf(files: Archive, folder: string): Promise<Result<Given[], string>> {
  const given: Given[] = []
  const inner = below(files, folder)
  for (const entry of inner.entries.values()) {
    if (entry.kind !== 'file') continue
    const content = await contentOf(inner, entry.path, 64 * mebibyte)
    if (!content.ok) return no(`${folder}/${entry.path} ${content.refusal.why}`)
    given.push({ name: entry.path, bytes: content.value, isProgram: entry.isProgram })
  }
  return yes(given)
}

/**
 * Tries a task with its own answers: what solves it earns 1, nothing earns 0, and no wrong answer
 * earns 1.
 */
export async function tryTask(one: PackTask, judging: Judging): Promise<readonly Trial[]> {
  const { solution } = one.task
  const scratch = await mkdtemp(join(tmpdir(), 'parley-trial-'))
  try {
    const trials: Trial[] = []
    const answers: readonly (readonly [TrialKind, string | null])[] = [
      ['reference', solution.files],
      ['nothing', null],
      ...solution.wrong.map((path) => ['wrong', path] as const),
    ]
    for (const [kind, answer] of answers) {
      const name = join(scratch, `${trials.length}`)
      const left = await leftBy(one, { kind, answer, name }, judging)
      const reward = left.ok ? await rewardOf(one, left.value, judging) : graderError(left.refusal)
      trials.push({ kind, answer, reward, isSound: isSound(kind, reward) })
    }
    return trials
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

const isSound = (kind: TrialKind, found: Reward): boolean => {
  if (found.is !== 'reward') return false
  if (kind === 'wrong') return found.reward < 1
  return found.reward === (kind === 'reference' ? 1 : 0)
}

type Answer = { readonly kind: TrialKind; readonly answer: string | null; readonly name: string }

/** The working folder as somebody with this answer leaves it, as a tar archive. */
async function leftBy(
  { task, files }: PackTask,
  { kind, answer, name }: Answer,
  judging: Judging,
): Promise<Result<string, string>> {
  const start = task.files === null ? null : below(files, task.files)
  const isRun = kind === 'reference' && task.solution.command !== null
  const laid = answer === null || isRun ? [] : [below(files, answer)]
  const state = `${name}.tar`
  const written = await writeState(overlay([...(start === null ? [] : [start]), ...laid]), state)
  if (!written.ok) return no(written.refusal.why)
  return isRun ? solved({ task, files }, { state, left: `${name}-left.tar` }, judging) : yes(state)
}

/** Runs the command that solves a task, in a sandbox as the agent has one. */
async function solved(
  { task, files }: Pick<PackTask, 'task' | 'files'>,
  { state, left }: { readonly state: string; readonly left: string },
  { sandbox, root, signal }: Judging,
): Promise<Result<string, string>> {
  const given = await givenOf(files, task.solution.files)
  if (!given.ok) return given
  const done = await sandbox.run(
    {
      ...{ root, state, keepState: left, given: given.value },
      ...{ command: task.solution.command ?? [], environment: {}, stdin: null },
      ...{ mayTrace: false, collect: [] },
      limits: taskRunLimits(task.limits.seconds, task.limits.memoryMiB),
    },
    signal,
  )
  if (!done.ok) return no(done.refusal.why)
  return done.value.kept ? yes(left) : no('the solution ran into a limit')
}

/** The file system that a task runs on here; what is not on this machine is refused. */
export function rootOf({ environment }: Task): Result<Root, string> {
  if (environment.kind === 'host') return yes({ kind: 'host' })
  if (environment.kind === 'image') return yes({ kind: 'image', reference: environment.reference })
  return no('its root file system is an archive, which is not unpacked on this machine')
}
