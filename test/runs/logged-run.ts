import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeInspectLog } from '#features/evaluation/runner/inspect-log.ts'
import type { RunPlan } from '#features/evaluation/runner/plan.ts'
import { transcriptPath } from '#features/evaluation/runner/sample-folder.ts'
import type { Sample } from '#features/evaluation/sample.ts'
import { encodeEvent, type TranscriptEvent } from '#features/evaluation/transcript.ts'
import { outcomes } from '#formats/evaluation/outcome.ts'

const digest = 'a'.repeat(64)
const at = '2026-11-22T10:00:00.000Z'

/** A run with an attempt for each way to end. */
const plan: RunPlan = {
  pack: { name: 'toys', version: '1.0.0', label: 'TLP:CLEAR', digest },
  ...{ model: 'lab/larch', at: null, scaffold: { name: 'plain', digest }, declaration: digest },
  ...{ epochs: 1, seed: 's', tokenBudget: 1_000, microUsdMax: null },
  tasks: outcomes.map((id) => ({ id: id.replace('_', '-'), tokenLimit: 1_000, position: null })),
}

const events: readonly TranscriptEvent[] = [
  { is: 'system', n: 0, at, text: 'You work.' },
  { is: 'user', n: 1, at, text: 'Find it.' },
  {
    ...{ is: 'assistant', n: 2, at, text: 'Ä look.', reasoning: 'Hm.' },
    calls: [
      { id: 'c1', tool: 'shell', input: '{"command":"ls"}' },
      { id: 'c2', tool: 'shell', input: 'no JSON' },
    ],
  },
  { is: 'tool', n: 3, at, call: 'c1', tool: 'shell', output: 'a\n', truncated: false },
  { is: 'tool', n: 4, at, call: 'c2', tool: 'shell', output: 'No.', truncated: false },
  { is: 'verifier', n: 5, at, reward: null, why: null },
]
const lineOf = (event: TranscriptEvent): string => `${encodeEvent(event)}\n`

const samples: readonly Sample[] = outcomes.map((outcome) => ({
  ...{ task: outcome.replace('_', '-'), epoch: 1, family: 'f', difficulty: 1, outcome },
  reward: outcome === 'success' ? 1 : outcome === 'failure' ? 0.25 : null,
  why: outcome === 'success' || outcome === 'failure' ? null : 'for a reason',
  ...{ tokens: { input: 10, output: 5 }, tokenLimit: 1_000, turns: 1, microUsd: 0 },
  ...{ startedAt: at, endedAt: '2026-11-22T10:00:02.500Z', workingMs: 2_000, contaminations: [] },
  transcriptSha256: createHash('sha256').update(outcome).digest('hex'),
  events: events.length + 1,
}))

/** Its log, with the transcripts, which end by a note, in a folder that is there. */
export async function loggedRun(
  folder: string,
  note = 'Done.',
): Promise<{ readonly bytes: Buffer; readonly samples: readonly Sample[] }> {
  const last: TranscriptEvent = { is: 'note', n: events.length, at, text: note }
  const transcript = [...events, last].map(lineOf).join('')
  for (const sample of samples) {
    const path = transcriptPath(folder, sample)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, transcript)
  }
  const parts: Buffer[] = []
  const run = { folder, plan, samples, state: 'complete', version: '0.1.0' } as const
  await writeInspectLog(run, async (bytes) => void parts.push(bytes))
  return { bytes: Buffer.concat(parts), samples }
}
