import { availableParallelism } from 'node:os'
import {
  type OpenPack,
  openPack,
  type PackRefusal,
  type PackTask,
} from '#features/evaluation/pack-reading.ts'
import { rootOf, type Trial, tryTask } from '#features/evaluation/task-trial.ts'
import type { PackProblem } from '#formats/pack/check.ts'
import { openSandbox } from '#platform/sandbox/open-sandbox.ts'
import type { Sandbox } from '#platform/sandbox/sandbox.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { refused } from './ledger.ts'
import { print, tell } from './output.ts'

export type PackCheckOptions = { readonly json?: boolean; readonly run?: boolean }

/** `parley pack check PACK`: 0 where it is whole and, with --run, verifiers tell answers apart. */
export async function runPackCheck(path: string, options: PackCheckOptions): Promise<ExitCode> {
  const read = await openPack(path)
  if (!read.ok) return refusedPack(read.refusal, options)
  await using pack = read.value
  const { problems } = pack
  if (!options.run || problems.length > 0) return toldOf(pack, [], options)
  const { signal } = new AbortController()
  const opened = await openSandbox('namespaces', {}, signal)
  if (!opened.ok) {
    const { why, hint } = opened.refusal
    return refused({ code: 'not-configured', why, ...(hint === undefined ? {} : { hint }) })
  }
  return toldOf(pack, await triedAll(pack, opened.value.sandbox), options)
}

/** Why a pack cannot be read: its archive, or each problem of its documents in a line. */
export function refusedPack(
  refusal: PackRefusal,
  { json = false }: { readonly json?: boolean } = {},
): ExitCode {
  if (refusal.is === 'archive') return refused(refusal.refusal)
  const { problems } = refusal
  if (json) print([JSON.stringify({ isWhole: false, problems }, null, 2)])
  else tell(problems.map((one) => `parley: ${problemText(one)}`))
  return exitCodeFor('malformed')
}

type Tried = { readonly id: string; readonly trials: readonly Trial[]; readonly why: string | null }

/** A few at once, since each has a sandbox of its own. */
async function triedAll({ tasks }: OpenPack, sandbox: Sandbox): Promise<readonly Tried[]> {
  const { signal } = new AbortController()
  const waiting = [...tasks.entries()]
  const tried = new Map<number, Tried>()
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [place, task] = next
      tried.set(place, await triedOne(task, sandbox, signal))
    }
  }
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, work))
  return tasks.flatMap((_, place) => tried.get(place) ?? [])
}

async function triedOne(one: PackTask, sandbox: Sandbox, signal: AbortSignal): Promise<Tried> {
  const root = rootOf(one.task)
  if (!root.ok) return { id: one.id, trials: [], why: root.refusal }
  const trials = await tryTask(one, { sandbox, root: root.value, signal })
  return { id: one.id, trials, why: null }
}

function toldOf(
  { document, tasks, problems }: OpenPack,
  tried: readonly Tried[],
  { json = false }: PackCheckOptions,
): ExitCode {
  const isWhole = problems.length === 0
  const isSound = tried.every(({ trials, why }) => why === null && trials.every(sound))
  if (json) print([JSON.stringify({ document, isWhole, problems, tried }, null, 2)])
  else {
    const families = new Set(tasks.map(({ task }) => task.stratum.family)).size
    const counts = `${tasks.length} tasks in ${families} families`
    const verdict = isWhole
      ? 'is whole'
      : `has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`
    print([
      oneLine(`${document.name} ${document.version} (${counts}) ${verdict}`),
      ...problems.map((one) => oneLine(problemText(one))),
      ...tried.map((one) => oneLine(triedText(one))),
    ])
  }
  if (!isWhole) return exitCodeFor('malformed')
  return isSound ? 0 : 1
}

const sound = ({ isSound }: Trial): boolean => isSound

function triedText({ id, trials, why }: Tried): string {
  if (why !== null) return `${id}: not tried: ${why}`
  const parts = trials.map(({ kind, answer, reward, isSound }) => {
    const what = kind === 'wrong' ? `wrong (${answer})` : kind
    const found = reward.is === 'reward' ? String(reward.reward) : reward.why
    return `${what} ${found}${isSound ? '' : ' (!)'}`
  })
  return `${id}: ${parts.join(', ')}`
}

function problemText({ file, line, pointer, why, hint }: PackProblem): string {
  const place = `${file}${line === null ? '' : `:${line}`}${pointer === '' ? '' : ` ${pointer}`}`
  return `${place}: ${why}${hint === undefined ? '' : ` (${hint})`}`
}
