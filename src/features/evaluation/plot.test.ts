import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { plainMapping } from './attempt-columns.ts'
import { attemptsOfCsv } from './attempt-csv.ts'
import { parseDeclaration } from './declaration.ts'
import { modelHorizon } from './model-horizon.ts'
import { plotGrid } from './plot-grid.ts'
import { plotHorizon, timeText } from './plot-horizon.ts'
import { plotInterval } from './plot-interval.ts'
import { plotProcess } from './plot-process.ts'
import { seededRandom } from './random.ts'
import { tasksOf } from './task-result.ts'
import { verdictOf } from './verdict.ts'

const rows = Array.from({ length: 90 }, (_, at) => {
  const outcome = ['success', 'success', 'failure', 'infra_error', 'model_refusal'][at % 5]
  return `t${at},${outcome},${1 + (at % 17) ** 2}`
})
const { attempts } = attemptsOfCsv(
  { name: 'm', text: `task,outcome,minutes\n${rows.join('\n')}\n` },
  plainMapping,
)
const tasks = tasksOf(attempts).models.get('m') ?? []

const declaration = {
  kind: 'evaluation-declaration',
  version: 1,
  bankRoot: '00'.repeat(32),
  strata: [{ name: 'all', weight: 1, tasksMax: 100 }],
  tokenBudget: 1,
  attempts: 1,
  threshold: 0.3,
  alpha: 0.05,
  orderSeed: 's',
  missing: 'both-bounds',
}

/** All pictures of a model and a protocol that are called whatever they like. */
function picturesOf(name: string, is: 'fixed-look' | 'sequential'): string[] {
  const rule = is === 'sequential' ? { is, population: 'large-bank' } : { is }
  const declared = parseDeclaration({ ...declaration, protocol: name || 'E', rule })
  assert.ok(declared.ok)
  const verdict = verdictOf(declared.value, { tasks, earlierLooks: 0 })
  assert.ok(verdict.ok)
  const horizon = modelHorizon(
    { model: name, tasks },
    { draws: 20, randomOf: () => seededRandom(1) },
  )
  return [
    plotGrid(name, tasks),
    plotInterval(name, verdict.value),
    plotProcess(name, verdict.value),
    plotHorizon(horizon),
  ].flatMap((svg) => svg ?? [])
}

/** Every element and attribute of a well-formed document. */
function namesIn(svg: string): Set<string> {
  const names = new Set<string>()
  const parser = new SaxesParser()
  parser.on('error', (error) => assert.fail(`${error.message}\n${svg.slice(0, 400)}`))
  parser.on('opentag', ({ name, attributes }) => {
    for (const one of [name, ...Object.keys(attributes)]) names.add(one)
  })
  parser.write(svg).close()
  return names
}

describe('pictures', () => {
  test('are well-formed whatever a model is called, and nothing in them acts', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom('<script>alert(1)</script>', '"/><a href="x', ']]>', '&lt;', '\u0000\ud800'),
    )
    fc.assert(
      fc.property(name, fc.constantFrom('fixed-look', 'sequential'), (model, is) => {
        for (const svg of picturesOf(model, is)) {
          const names = namesIn(svg)
          for (const bad of ['script', 'a', 'href', 'image', 'use', 'foreignObject', 'onload']) {
            assert.ok(!names.has(bad), bad)
          }
          assert.ok(
            !/NaN|Infinity|undefined/.test(svg.replaceAll(model, '')),
            'a place is no number',
          )
        }
      }),
      { numRuns: 40 },
    )
  })

  test('are one less with a fixed look, which has no evidence over time', () => {
    assert.deepEqual(
      [picturesOf('m', 'fixed-look').length, picturesOf('m', 'sequential').length],
      [3, 4],
    )
  })

  test('are the same text for the same results', () => {
    assert.deepEqual(picturesOf('m', 'sequential'), picturesOf('m', 'sequential'))
  })

  test('say times as people would', () => {
    const told = [0.25, 1, 36.2, 304, 10_000, Number.POSITIVE_INFINITY].map(timeText)
    assert.deepEqual(told, ['15 s', '1 min', '36 min', '5.1 h', '6.9 d', 'no end'])
  })
})
