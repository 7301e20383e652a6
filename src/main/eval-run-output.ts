import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Declared } from '#features/evaluation/declaration.ts'
import type { OpenPack } from '#features/evaluation/pack-reading.ts'
import { writeInspectLog } from '#features/evaluation/runner/inspect-log.ts'
import type { RunPlan } from '#features/evaluation/runner/plan.ts'
import type { RunEnd } from '#features/evaluation/runner/run.ts'
import { rowOfSample } from '#features/evaluation/runner/sample-row.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import about from '../../package.json' with { type: 'json' }
import { blockLines, outcomesText } from './eval-text.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { refused } from './ledger.ts'
import { print, writeWhole } from './output.ts'

export type RunOutput = {
  readonly folder: string
  readonly pack: OpenPack
  readonly plan: RunPlan
  readonly declared: Declared | null
}

/** Writes what a run came to beside its journal, and tells it. */
export async function endOfRun(end: RunEnd, output: RunOutput): Promise<ExitCode> {
  const { status, samples } = end
  const { folder, plan, pack, declared } = output
  const minutes = new Map(pack.tasks.map(({ id, task }) => [id, task.humanMinutes]))
  const context = {
    ...{ model: plan.model, declaration: declared?.declaration ?? null },
    minutesOf: (task: string) => minutes.get(task) ?? null,
  }
  const table = join(folder, 'samples.jsonl')
  const rows = samples.map((sample) => `${rowOfSample(sample, context)}\n`)
  const written = writeWhole(table, rows)
  if (!written.ok) return refused(written.refusal)
  const log = join(folder, 'log.eval')
  const draft = await open(`${log}.part`, 'w', 0o600)
  try {
    await writeInspectLog(
      { folder, plan, samples, state: status.state, version: about.version },
      async (bytes) => void (await draft.appendFile(bytes)),
    )
  } finally {
    await draft.close()
  }
  await rename(`${log}.part`, log)
  print(linesOf(status, output))
  const notTaken = toldOf(end)
  if (status.state === 'halted') {
    const hint = 'mend it and run the same command: what is finished is kept'
    return refused({ code: 'no-network', why: status.why ?? 'the run was halted', hint })
  }
  return status.state === 'stopped' ? exitCodeFor('malformed') : notTaken
}

/** What the service does not take: everything else was handed in. */
function toldOf({ notTaken }: RunEnd): ExitCode {
  const [first] = notTaken
  if (first === undefined) return 0
  const { task, epoch } = first.name
  const which = `the first is ${task}, attempt ${epoch}`
  return refused({
    code: 'malformed',
    why: `the service does not take ${notTaken.length} of the attempts; ${which}: ${first.why}`,
    hint: 'they are kept in the folder, and all others were handed in',
  })
}

function linesOf(status: RunEnd['status'], { folder, plan }: RunOutput): string[] {
  const { planned, finished, outcomes, tokens, microUsd, state, why } = status
  const cost = microUsd === 0 ? '' : `, ${(microUsd / 1e6).toFixed(2)} USD`
  const lines: [string, string][] = [
    ['attempts', `${finished} of ${planned} finished${state === 'complete' ? '' : ` (${state})`}`],
    ['outcomes', outcomesText(outcomes) || 'none yet'],
    ['used', `${tokens} tokens${cost}`],
    ['protocol', `${plan.scaffold.name}, SHA-256 ${plan.scaffold.digest}`],
    ['samples', join(folder, 'samples.jsonl')],
    ['Inspect log', join(folder, 'log.eval')],
    ['transcripts', join(folder, 'transcripts')],
  ]
  if (why !== null) lines.splice(1, 0, ['why', why])
  return blockLines(oneLine(`${plan.model} at ${plan.pack.name} ${plan.pack.version}`), lines)
}
