import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { type Attempts, attemptsOf } from '#formats/inspect/attempts.ts'
import { contentOf } from '#formats/inspect/content.ts'
import { writeAsEval, writeAsJson } from '#formats/inspect/convert-log.ts'
import type { InspectLog } from '#formats/inspect/log.ts'
import { countsOf, resultOf } from '#formats/inspect/log-result.ts'
import { opened } from '../formats/inspect-log.ts'
import { sharedPath, skipWithout } from './shared.ts'

const project = 'UKGovernmentBEIS__inspect_ai'
const logs = sharedPath('fixtures', 'inspect_logs', project, 'tests')
const converted = sharedPath('evaluation', 'every_eval_ever')

const counted = ({ attempts }: Attempts): { [outcome: string]: number } => {
  const counts: { [outcome: string]: number } = {}
  for (const { outcome } of attempts) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

/** What a log comes to: metrics and spread to five places, outcomes, what is lost. */
async function told(bytes: Buffer) {
  const log = await opened(bytes)
  const attempts = await attemptsOf(log)
  const { metrics } = resultOf(log, countsOf(attempts))
  const places = (value: number | null): number | null =>
    value === null ? null : Number(value.toFixed(5))
  return {
    metrics: metrics.map(({ name, value, standardError, standardDeviation, samples }) => ({
      name,
      value: places(value),
      spread: places(standardError ?? standardDeviation),
      samples,
    })),
    outcomes: counted(attempts),
    remarks: attempts.remarks.map(({ why }) => why),
  }
}

const facts: readonly (readonly [string, object, object])[] = [
  [
    'scorer/logs/2025-02-11T15-18-04-05-00_popularity_mj7khqpMM4GBCfVQozKgzB.eval',
    { name: 'accuracy', value: 0.8, spread: 0.13333, samples: null },
    { success: 8, failure: 2 },
  ],
  [
    'log/test_eval_log/log_streaming.eval',
    { name: 'accuracy', value: 0.75, spread: 0.25, samples: null },
    { success: 3, failure: 1 },
  ],
  [
    'log/test_eval_log/log_message_deduplication.eval',
    { name: 'accuracy', value: 0, spread: 0, samples: 1 },
    { failure: 1 },
  ],
  [
    'analysis/test_logs/2025-05-12T20-28-13-04-00_popularity.json',
    { name: 'accuracy', value: 0.66667, spread: 0.33333, samples: null },
    { success: 2, failure: 1 },
  ],
  [
    'analysis/test_logs/2025-05-12T20-28-13-04-00_no-samples.json',
    { name: 'accuracy', value: 0.66667, spread: 0.33333, samples: null },
    { not_run: 3 },
  ],
]
describe("Inspect's own logs come to what they say", { skip: skipWithout(logs) }, () => {
  for (const [name, metric, outcomes] of facts) {
    test(name, async () => {
      if (!logs) return
      const found = await told(readFileSync(join(logs, name)))
      assert.deepEqual([found.metrics[0], found.outcomes], [metric, outcomes])
    })
  }
})

const reported: readonly (readonly [string, object, object, readonly RegExp[]])[] = [
  [
    'data_cvebench_empty_choices.json',
    { name: 'mean', value: 0.70513, spread: null, samples: 78 },
    { infra_error: 1, not_run: 79 },
    [/^2 of 80 planned samples have no score by check_exploit$/, /of 78 samples, and it holds 1/],
  ],
  [
    'data_intercode_ctf_local_path.json',
    { name: 'accuracy', value: 0.35443, spread: 0.05416, samples: null },
    { budget_exhausted: 1, not_run: 78 },
    [/of 79 samples, and it holds 1/],
  ],
  [
    'data_cyse2_vuln_exploit_challenges.json',
    { name: 'accuracy', value: 0.38109, spread: 0.31156, samples: null },
    { failure: 1, not_run: 2339 },
    [/of 2340 samples, and it holds 1/],
  ],
]
describe('logs without all of their samples say so', { skip: skipWithout(converted) }, () => {
  for (const [name, metric, outcomes, remarks] of reported) {
    test(name, async () => {
      if (!converted) return
      const found = await told(readFileSync(join(converted, name)))
      assert.deepEqual([found.metrics[0], found.outcomes], [metric, outcomes])
      assert.equal(found.remarks.length, remarks.length)
      for (const [at, form] of remarks.entries()) assert.match(found.remarks[at] ?? '', form)
    })
  }
})

/** Messages and events of all samples, with what they refer to. */
async function contents({ source, samples }: InspectLog): Promise<unknown[]> {
  const found: unknown[] = []
  for (const entry of samples.values()) {
    for await (const each of contentOf(source, entry)) {
      assert.ok(each.isResolved, `${entry.id}: ${each.is} ${each.index}`)
      found.push([entry.id, entry.epoch, each])
    }
  }
  return found
}

async function bytesFrom(
  write: (sink: (bytes: Buffer) => Promise<void>) => ReturnType<typeof writeAsJson>,
): Promise<Buffer> {
  const parts: Buffer[] = []
  const written = await write(async (bytes) => void parts.push(bytes))
  assert.ok(written.ok)
  return Buffer.concat(parts)
}

test('every log keeps all that it says through both containers', {
  skip: skipWithout(logs),
}, async () => {
  if (!logs) return
  const names = globSync('{analysis,scorer,log}/**/*.{eval,json}', { cwd: logs }).filter((name) =>
    /logs?(?:_choices)?\/|test_eval_log\/|test_list_logs\//.test(name),
  )
  let count = 0
  for (const name of names) {
    if (/test_skeleton|samples|math_cases/.test(name) && !name.includes('no-samples')) continue
    const log = await opened(readFileSync(join(logs, name)))
    const json = await bytesFrom((sink) => writeAsJson(log, sink))
    const asEval = await bytesFrom(async (sink) => {
      return writeAsEval(await opened(json), sink, { packing: 'zstd' })
    })
    const again = await opened(asEval)
    assert.deepEqual(again.header, log.header, name)
    assert.deepEqual(await contents(again), await contents(log), name)
    const [wanted, found] = [await attemptsOf(log), await attemptsOf(again)]
    assert.deepEqual(found.attempts, wanted.attempts, name)
    const quick = await attemptsOf(again, { isQuick: true })
    const plain = ({ attempts }: Attempts) => attempts.map(({ task, score }) => [task, score])
    assert.deepEqual(plain(quick), plain(wanted), name)
    count++
  }
  assert.ok(count >= 14, `${count} logs`)
})
