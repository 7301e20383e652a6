import { z } from 'zod'
import { classifications } from '#features/label/label.ts'
import type { Crash } from '#formats/finding/finding.ts'
import type { Manifest } from './hand-in.ts'
import type { ProofRow, RunRow } from './proof.store.ts'
import {
  type ProofListWire,
  type ProofShown,
  ProofShownWire,
  type ProofWire,
  type WorkerListWire,
} from './proof.wire.ts'
import { levelOf } from './proof-level.ts'
import type { Proved } from './prove.ts'
import { toldWords } from './scrub.ts'
import type { Worker } from './worker.store.ts'

type ProofListed = z.infer<typeof ProofListWire>['items'][number]
type ProofShownWhole = z.infer<typeof ProofWire>
type Run = ProofShownWhole['runs'][number]

const states = ['queued', 'running', 'done', 'failed', 'cancelled'] as const
const reasons = ['arrived', 're-run', 'neighbour'] as const

export const presentProof = (row: ProofRow): ProofListed => ({
  ...{ id: row.id, title: row.title, report: row.report, case: row.case, target: row.purl },
  ...{ finder: { ...row.finder }, handedInAt: row.at.toISOString() },
  ...{ sizeBytes: row.sizeBytes, sha256: row.sha256, level: row.level, verdict: row.verdict },
  shownIn: row.shownIn,
  state: states.find((one) => one === row.state) ?? null,
  dispute: row.dispute && { ...row.dispute, at: row.dispute.at.toISOString() },
  destroyedAt: row.destroyedAt?.toISOString() ?? null,
})

export const presentRun = (row: RunRow, shown: ProofShown | null): Run => ({
  ...{ id: row.id, askedBy: row.askedBy, patchOf: row.patchOf },
  state: states.find((one) => one === row.state) ?? 'failed',
  why: reasons.find((one) => one === row.why) ?? 'arrived',
  queuedAt: row.queuedAt.toISOString(),
  startedAt: row.startedAt?.toISOString() ?? null,
  endedAt: row.endedAt?.toISOString() ?? null,
  ...{ worker: row.worker, attempts: row.attempts, verdict: row.verdict },
  level: row.level === null ? null : levelOf(row.level),
  ...{ met: row.met, of: row.of, environment: row.environment, isAttested: row.isAttested },
  refusal: row.refusal === null ? null : { code: row.refusalCode ?? 'failed', why: row.refusal },
  shown,
})

/** What is sealed of a run; texts are bounded, for programs under test wrote some of them. */
export const shownOf = (proved: Proved): ProofShown => ({
  runs: { ...proved.runs },
  steps: proved.steps.map(({ level, isReached, why }) => ({ level, isReached, why: cut(why) })),
  missing: proved.missing.map(cut),
  attempts: proved.attempts.slice(0, listMax).map(({ name, why, output, ...attempt }) => ({
    ...{ ...attempt, name: cut(name), why: cut(why) },
    output: output.slice(0, outputMax).toWellFormed(),
  })),
  crash: proved.crash && crashOf(proved.crash),
  patch: proved.patch && {
    ...{ verdict: proved.patch.verdict, why: cut(proved.patch.why) },
    notes: proved.patch.notes.slice(0, listMax).map(cut),
  },
  isolation: proved.isolation && jsonObject.parse(JSON.parse(JSON.stringify(proved.isolation))),
})

const listMax = 200
const textMax = 2_000
const outputMax = 10_000
const cut = (text: string): string => toldWords(text, textMax)
const jsonObject = z.record(z.string(), z.json())

const crashOf = ({ kind, frames }: Crash): NonNullable<ProofShown['crash']> => ({
  type: cut(kind),
  frames: frames.slice(0, listMax).map((frame) => ({
    function: cut(frame.function ?? ''),
    file: frame.file === undefined ? null : cut(frame.file),
    line: frame.line ?? null,
  })),
})

/** What was sealed of a run, once it was opened; null for what is none. */
export function openedShown(value: unknown): ProofShown | null {
  const found = ProofShownWire.safeParse(value)
  return found.success ? found.data : null
}

const ManifestShape = z.looseObject({
  bundle: z.record(z.string(), z.json()),
  patch: z.string().nullable(),
})

/** What was sealed of a bundle, once it was opened. */
export function openedManifest(
  value: unknown,
): { readonly manifest: z.infer<typeof jsonObject>; readonly patch: Manifest['patch'] } | null {
  const found = ManifestShape.safeParse(value)
  return found.success ? { manifest: found.data.bundle, patch: found.data.patch } : null
}

export const presentWorker = ({
  off,
  ...worker
}: Worker): z.infer<typeof WorkerListWire>['items'][number] => ({
  ...worker,
  isolation: jsonObject.nullable().catch(null).parse(worker.isolation),
  ceiling: classifications[worker.ceiling] ?? 'unclassified',
  compartments: [...worker.compartments],
  firstAt: worker.firstAt.toISOString(),
  seenAt: worker.seenAt.toISOString(),
  off: off && { ...off, at: off.at.toISOString() },
})
