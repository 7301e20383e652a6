import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { machineClocks, type TwoClocks } from '#features/engagement/gateway/steady-clock.ts'
import { type OpenPack, openPack } from '#features/evaluation/pack-reading.ts'
import { type Api, EndpointModel } from '#features/evaluation/runner/endpoint.ts'
import { Journal } from '#features/evaluation/runner/journal.ts'
import type { Model } from '#features/evaluation/runner/model.ts'
import { planOf } from '#features/evaluation/runner/plan.ts'
import { EvalRun, type RunEnd, type RunSettings } from '#features/evaluation/runner/run.ts'
import { decodeScaffold, type Scaffold } from '#features/evaluation/runner/scaffold.ts'
import { Stopping } from '#features/evaluation/runner/workshop.ts'
import { decodeTranscript, type TranscriptEvent } from '#features/evaluation/transcript.ts'
import { sandboxed } from './toy-pack.ts'

export type RunOptions = {
  readonly pack: string
  readonly folder: string
  readonly model: Model
  readonly epochs?: number
  readonly more?: Partial<RunSettings>
  readonly clocks?: TwoClocks
  readonly close?: string
}

const read = decodeScaffold(
  'parley: scaffold/1\nname: toy\nsystem: Do it.\nanswer-tokens-max: 500\n' +
    'tool-output-chars: 2000\n',
)
assert.ok(read.ok)
const toyScaffold: Scaffold = read.value

/** A run as the command makes one, with short waits. */
export async function ran(options: RunOptions): Promise<RunEnd> {
  assert.ok(sandboxed !== null)
  const opened = await openPack(options.pack)
  assert.ok(opened.ok, JSON.stringify(opened))
  await using pack: OpenPack = opened.value
  mkdirSync(options.folder, { recursive: true })
  const journal = await Journal.open(join(options.folder, 'journal.jsonl'))
  assert.ok(journal.ok, JSON.stringify(journal))
  const { model, folder, epochs = 1, close } = options
  const plan = planOf({
    ...{ pack, model, scaffold: toyScaffold, declared: null, epochs, seed: 's', microUsdMax: null },
  })
  if (journal.value.memory === null) {
    await journal.value.journal.add({ is: 'begun', at: new Date().toISOString(), plan })
  }
  try {
    const run = EvalRun.of({
      ...{ folder, pack, plan, model, price: { inputMicroUsd: 0, outputMicroUsd: 0 } },
      ...{ scaffold: toyScaffold, sandbox: sandboxed, ...journal.value, sinks: [] },
      ...{ samplesAtOnce: 8, sandboxesAtOnce: 2, requestsAtOnce: { first: 8, most: 8 } },
      ...{ requestMs: 5_000, triesMax: 3, backoffMs: 10, bounds: { tokens: null, microUsd: null } },
      ...{ runMs: null, clocks: options.clocks ?? machineClocks, stop: new Stopping(200) },
      ...{ onStatus: () => {}, ...options.more },
    })
    assert.ok(run.ok, run.ok ? '' : run.refusal)
    return close === undefined ? await run.value.run() : await run.value.closed(close)
  } finally {
    await journal.value.journal.close()
  }
}

export function modelAt(base: string, api: Api = 'openai'): EndpointModel {
  const model = EndpointModel.of({ api, model: 'larch', base, key: 'k', label: 'TLP:CLEAR' })
  assert.ok(model.ok, model.ok ? '' : model.refusal)
  return model.value
}

export function transcriptOf(folder: string, task: string, epoch = 1): readonly TranscriptEvent[] {
  const path = join(folder, 'transcripts', `${task}.${epoch}.jsonl`)
  const events = decodeTranscript(readFileSync(path, 'utf8'))
  assert.ok(events.ok, JSON.stringify(events))
  return events.value
}

/** Each attempt's outcome by its task. */
export const outcomesOf = ({ samples }: RunEnd): Record<string, string> =>
  Object.fromEntries(samples.map(({ task, outcome }) => [task, outcome]))
