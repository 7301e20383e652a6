import { readFileSync } from 'node:fs'
import { parquetReadObjects } from 'hyparquet'
import type { TimedTask } from '#features/evaluation/horizon.ts'
import { parseCsv } from '#formats/csv/parse.ts'

/** The folders of agents whose runs are measured, as they are called in the measuring data. */
export const agents = {
  opus: '20250923_droid_claude-4-1-opus',
  ob1: 'ob1-09-10-25',
  gpt5: '20250924_droid_gpt-5',
  sonnet: '20250923_droid_claude-4-sonnet',
  chaterm: '20250911_chaterm_claude-4-sonnet',
  openhands: '20250711_openhands_claude-4-sonnet',
  cursor: '20250811_cursor-cli_claude-4-sonnet',
  mini: '20250825_swe-agent-mini_claude-4-sonnet',
} as const

/** Whether each run of an agent solved each task: by run, in the order of the tasks' names. */
export type AgentRuns = {
  readonly clusters: readonly (readonly number[])[]
  readonly perRun: readonly number[]
}

export function agentRuns(path: string): Map<string, AgentRuns> {
  const { table } = parseCsv(readFileSync(path, 'utf8'))
  const rows = (table?.rows ?? []).map(({ cells }) => ({
    agent: cells[0] ?? '',
    run: cells[1] ?? '',
    task: cells[2] ?? '',
    score: Number(cells[3]),
  }))
  const byAgent = Map.groupBy(rows, ({ agent }) => agent)
  return new Map(
    [...byAgent].map(([agent, own]) => {
      const byTask = Map.groupBy(own, ({ task }) => task)
      const byRun = Map.groupBy(own, ({ run }) => run)
      const clusters = [...byTask.values()].map((task) => task.map(({ score }) => score))
      const perRun = [...byRun.keys()]
        .sort()
        .map((run) => (byRun.get(run) ?? []).reduce((sum, { score }) => sum + score, 0))
      return [agent, { clusters, perRun }]
    }),
  )
}

type Row = Readonly<Record<string, unknown>>

export async function parquetRows(path: string): Promise<Row[]> {
  const bytes = readFileSync(path)
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)
  return parquetReadObjects({ file })
}

/** The tasks of each model for which a human time is known. */
export function timedTasks(runs: readonly Row[], difficulties: readonly Row[]) {
  const minutes = new Map(
    difficulties
      .filter((row) => typeof row['best_available_minutes'] === 'number')
      .map((row) => [row['task_id'], Number(row['best_available_minutes'])]),
  )
  const models = new Map<string, TimedTask[]>()
  for (const row of runs) {
    const time = minutes.get(row['task_id'])
    if (time === undefined) continue
    const model = String(row['alias'])
    const scores = [Number(row['score_binarized'])]
    const task = { family: String(row['task_family']), minutes: time, scores }
    models.set(model, [...(models.get(model) ?? []), task])
  }
  return models
}
