import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fitCurve, horizonOf, weightedScores } from '#features/evaluation/horizon.ts'
import { bootstrapHorizon } from '#features/evaluation/horizon-bootstrap.ts'
import { seededRandom } from '#features/evaluation/random.ts'
import { parquetRows, timedTasks } from './evaluation-runs.ts'
import { sharedPath, skipWithout } from './shared.ts'

const paths = ['model_runs', 'task_difficulties', 'model_summaries_human_2M'].map((name) =>
  sharedPath('evaluation', 'lyptus', `${name}.parquet`),
)
const missing = paths.includes(null) ? null : 'there'
const [runs = [], difficulties = [], summaries = []] = await Promise.all(
  paths.map((path) => (path === null ? [] : parquetRows(path))),
)
const models = timedTasks(runs, difficulties)

/** Tasks, passes, p50, p80 (as printed) and slope of each model. */
const published = [
  ['GPT-2', 172, 7, 0.4794, 0.361, -3.381],
  ['GPT-3', 172, 18, 0.717, 0.527, -3.1256],
  ['GPT-3.5', 142, 48, 1.9896, 0.563, -0.7615],
  ['Claude 3 Opus', 291, 91, 6.328, 1.55, -0.683],
  ['GPT-4o', 291, 89, 6.1248, 1.829, -0.7952],
  ['o3', 287, 139, 29.6347, 10.545, -0.93],
  ['Opus 4', 291, 154, 36.232, 10.654, -0.785],
  ['Gemini 2.5 Pro', 291, 135, 22.2659, 6.517, -0.7821],
  ['DeepSeek V3.1', 291, 110, 11.0285, 2.57, -0.6596],
  ['GPT-5.1 Codex Max', 291, 165, 51.0137, 16.764, -0.8635],
  ['GPT-5.2 Codex', 291, 169, 56.9477, 18.467, -0.8533],
  ['GPT-5.3 Codex', 291, 217, 186.0488, 45.062, -0.6777],
  ['Opus 4.6', 291, 213, 190.2453, 42.513, -0.6412],
  ['GLM-5', 289, 168, 51.7031, 11.14, -0.626],
  ['Sonnet 4.6', 291, 197, 120.2737, 28.434, -0.6663],
  ['GPT-5.5', 285, 228, 304.0286, 79.585, -0.7169],
] as const

const off = (found: number, expected: number): number => Math.abs(found / expected - 1)

describe('published time horizons of models', { skip: skipWithout(missing) }, () => {
  for (const [model, tasksCount, passes, p50, p80, slope] of published) {
    test(`the horizon of ${model} is the published one`, () => {
      const tasks = models.get(model) ?? []
      assert.equal(tasks.length, tasksCount)
      assert.equal(
        tasks.flatMap(({ scores }) => scores).reduce((sum, score) => sum + score, 0),
        passes,
      )
      const curve = fitCurve(weightedScores(tasks))
      const horizon = curve && horizonOf(curve)
      const summary = summaries.find(({ agent }) => agent === model)
      assert.ok(curve && horizon && summary)
      assert.ok(off(horizon.p50, Number(summary['p50'])) < (model === 'GPT-2' ? 0.0014 : 0.0002))
      assert.ok(off(horizon.p80, Number(summary['p80'])) < 0.003)
      assert.ok(off(horizon.p50, p50) < 0.0014)
      assert.ok(off(horizon.p80, p80) < 0.003)
      assert.ok(Math.abs(curve.slope - slope) < 0.006)
    })
  }

  test('the passes by family are those published', () => {
    const families = 'cybashbench nl2bash intercode_ctf nyuctf cybench cvebench cybergym'.split(' ')
    const passesOf = (model: string): string =>
      families
        .map((family) => {
          const own = runs.filter((run) => run['alias'] === model && run['task_family'] === family)
          return `${own.filter((run) => Number(run['score_binarized']) === 1).length}/${own.length}`
        })
        .join(', ')
    assert.equal(passesOf('Opus 4.6'), '192/200, 118/129, 74/74, 36/47, 32/38, 15/21, 58/122')
    assert.equal(passesOf('GPT-5.3 Codex'), '192/200, 123/129, 73/74, 33/47, 31/38, 15/21, 64/122')
    assert.equal(passesOf('GPT-5.5'), '73/78, 9/9, 46/46, 27/33, 32/32, 12/15, 56/103')
  })

  const within = 0.2
  const intervals = [
    ['Opus 4', 19.8, 67.0],
    ['GPT-5.2 Codex', 38.3, 105.2],
    ['GPT-5.3 Codex', 101.2, 410.5],
  ] as const
  for (const [model, lower, upper] of intervals) {
    test(`the interval of ${model} is about the published one`, () => {
      const tasks = models.get(model) ?? []
      const found = bootstrapHorizon(tasks, { draws: 1_000, random: seededRandom(42) })
      assert.ok(found)
      const text = `${found.p50.lower} to ${found.p50.upper}`
      assert.ok(off(found.p50.lower, lower) < within, text)
      assert.ok(off(found.p50.upper, upper) < within, text)
    })
  }

  test('drawing tasks without their families is far too sure', () => {
    const tasks = (models.get('Opus 4') ?? []).map((task, index) => ({ ...task, index }))
    const whole = bootstrapHorizon(tasks, { draws: 200, random: seededRandom(1) })
    const loose = bootstrapHorizon(
      tasks.map((task) => ({ ...task, family: 'one' })),
      { draws: 200, random: seededRandom(1) },
    )
    assert.ok(whole && loose)
    const width = ({ p50 }: typeof whole): number => Math.log(p50.upper / p50.lower)
    assert.ok(width(whole) > 1.5 * width(loose))
  })
})
