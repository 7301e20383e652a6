import type { Outcome } from '#formats/evaluation/outcome.ts'
import { mean } from './clustered.ts'
import { weighingOf } from './outcome.ts'
import { px, svgDocument, svgText, textAt } from './svg.ts'
import type { TaskResult } from './task-result.ts'

const [cell, gap, left, top, bandTasks] = [9, 2, 24, 64, 80]

/** Each attempt at each task: a column a task, those solved most often first. */
export function plotGrid(model: string, tasks: readonly TaskResult[]): string {
  const sorted = [...tasks].sort((one, other) => rateOf(other) - rateOf(one))
  const rows = Math.max(...tasks.map(({ attempts }) => attempts.length))
  const bands = Math.ceil(tasks.length / bandTasks)
  const bandHeight = rows * (cell + gap) + 14
  const columns = Math.min(bandTasks, tasks.length)
  const width = Math.max(560, left * 2 + columns * (cell + gap))
  const cells = sorted.flatMap((task, index) => {
    const x = left + (index % bandTasks) * (cell + gap)
    const y = top + Math.floor(index / bandTasks) * bandHeight
    return task.attempts.map(({ outcome, score }, row) => {
      const name = `${task.task}: ${outcome}${partText(score)}`
      return cellAt([x, y + row * (cell + gap)], { outcome, score, name })
    })
  })
  const legendTop = top + bands * bandHeight + 8
  const solved = tasks.filter((task) => rateOf(task) === 1).length
  const sentence = `${solved} of ${tasks.length} tasks solved in every attempt`
  return svgDocument({
    ...{ width, height: legendTop + 36, title: model },
    summary: `${sentence}; each column is a task, each cell an attempt.`,
    body: [
      textAt([left, 48], `${sentence}; a column is a task`, 'soft'),
      ...cells,
      ...legend(legendTop),
    ],
  })
}

const rateOf = ({ attempts }: TaskResult): number => mean(attempts.map(({ score }) => score ?? 0))

const partText = (score: number | null): string =>
  score !== null && score > 0 && score < 1 ? `, score ${score}` : ''

type CellLook = {
  readonly outcome: Outcome
  readonly score: number | null
  readonly name: string
}

/** Part marks fill a part of the cell, from below. */
function cellAt([x, y]: readonly [number, number], { outcome, score, name }: CellLook): string {
  const at = `x="${px(x)}" y="${px(y)}" width="${cell}" height="${cell}" rx="1.5"`
  const title = `<title>${svgText(name)}</title>`
  const weighing = weighingOf[outcome]
  if (weighing === 'missing') {
    const inner = `x="${px(x + 1)}" y="${px(y + 1)}" width="${cell - 2}" height="${cell - 2}"`
    return `<rect class="gap" ${inner}>${title}</rect>`
  }
  if (weighing === 'failure') return `<rect class="own" ${at}>${title}</rect>`
  const share = score ?? 0
  const ground = `<rect class="no" ${at}>${title}</rect>`
  if (share === 0) return ground
  if (share === 1) return `<rect class="yes" ${at}>${title}</rect>`
  const height = share * cell
  const part = `x="${px(x)}" y="${px(y + cell - height)}" width="${cell}" height="${px(height)}"`
  return `${ground}<rect class="yes" ${part}/>`
}

function legend(y: number): string[] {
  const entries = [
    ['success', 1, 'solved'],
    ['failure', 0, 'not solved'],
    ['model_refusal', 0, 'refused or out of budget'],
    ['not_run', null, 'missing'],
  ] as const
  let x = left
  return entries.flatMap(([outcome, score, name]) => {
    const at = x
    x += 30 + name.length * 6.8
    return [cellAt([at, y], { outcome, score, name }), textAt([at + 15, y + 9], name, 'soft')]
  })
}
