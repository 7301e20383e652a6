import { z } from 'zod'
import { LabelWire } from '#features/label/label.wire.ts'
import { levels } from './evidence.ts'

/** Shapes of proofs as they cross HTTP. Times are ISO 8601 in UTC. */

const LevelWire = z.enum(levels)
const RunStateWire = z.enum(['queued', 'running', 'done', 'failed', 'cancelled'])

const ProofDisputeWire = z
  .strictObject({ at: z.string(), by: z.string(), why: z.string() })
  .meta({ id: 'ProofDispute' })

const summary = {
  id: z.string(),
  title: z.string(),
  report: z.string(),
  case: z.string().nullable(),
  target: z.string().nullable(),
  finder: z.strictObject({ name: z.string(), model: z.string().nullable() }),
  handedInAt: z.string(),
  sizeBytes: z.number(),
  sha256: z.string(),
  /** What its last run showed; E0 until then. */
  level: LevelWire,
  /** In how many of how many fresh runs that was so; null until then. */
  shownIn: z.strictObject({ met: z.number(), of: z.number() }).nullable(),
  /** What its last run says of its patch; null without one. */
  verdict: z.string().nullable(),
  /** How its last run stands; null where none was asked for. */
  state: RunStateWire.nullable(),
  dispute: ProofDisputeWire.nullable(),
  /** Since when nothing of it opens any more; null while it does. */
  destroyedAt: z.string().nullable(),
}

const ProofRowWire = z.strictObject(summary).meta({ id: 'ProofRow' })
export const ProofListWire = z.strictObject({ items: z.array(ProofRowWire) }).meta({
  id: 'ProofList',
})

/** What a run showed, as the worker that ran it wrote it down. */
export const ProofShownWire = z
  .strictObject({
    runs: z.strictObject({ met: z.number(), of: z.number() }),
    steps: z.array(z.strictObject({ level: LevelWire, isReached: z.boolean(), why: z.string() })),
    missing: z.array(z.string()),
    attempts: z.array(
      z.strictObject({
        name: z.string(),
        /** Such as `proof`, `benign` or `variant`. */
        purpose: z.string(),
        isPatched: z.boolean(),
        tookMs: z.number(),
        /** What it wrote: the beginning and the end, where it is longer. */
        output: z.string(),
        is: z.enum(['met', 'not-met', 'unclear']),
        why: z.string(),
      }),
    ),
    crash: z
      .strictObject({
        type: z.string(),
        frames: z.array(
          z.strictObject({
            function: z.string(),
            file: z.string().nullable(),
            line: z.number().nullable(),
          }),
        ),
      })
      .nullable(),
    patch: z
      .strictObject({
        verdict: z.string().nullable(),
        why: z.string(),
        notes: z.array(z.string()),
      })
      .nullable(),
    isolation: z.record(z.string(), z.json()).nullable(),
  })
  .meta({ id: 'ProofShown' })
export type ProofShown = z.infer<typeof ProofShownWire>

const ProofRunWire = z
  .strictObject({
    id: z.string(),
    state: RunStateWire,
    why: z.enum(['arrived', 're-run', 'neighbour']),
    /** Null where nobody asked for it. */
    askedBy: z.string().nullable(),
    /** The proof whose patch was tried; null for its own. */
    patchOf: z.string().nullable(),
    queuedAt: z.string(),
    startedAt: z.string().nullable(),
    endedAt: z.string().nullable(),
    worker: z.string().nullable(),
    attempts: z.number(),
    level: LevelWire.nullable(),
    verdict: z.string().nullable(),
    met: z.number().nullable(),
    of: z.number().nullable(),
    environment: z.string().nullable(),
    isAttested: z.boolean(),
    /** Why it showed nothing. */
    refusal: z.strictObject({ code: z.string(), why: z.string() }).nullable(),
    /** Null until it is done, and once the payloads of the report are destroyed. */
    shown: ProofShownWire.nullable(),
  })
  .meta({ id: 'ProofRun' })

export const ProofWire = z
  .strictObject({
    ...summary,
    /** What it may be shown to: the label of its report. */
    label: LabelWire,
    /** What proof.yaml says; null once it is destroyed. */
    manifest: z.record(z.string(), z.json()).nullable(),
    /** Its patch, as a unified diff. */
    patch: z.string().nullable(),
    runs: z.array(ProofRunWire),
  })
  .meta({ id: 'Proof' })

export const ProofTakenWire = z
  .strictObject({
    id: z.string(),
    /** The same bytes came with this report before. */
    isSame: z.boolean(),
  })
  .meta({ id: 'ProofTaken' })

export const RunAskedWire = z.strictObject({ run: z.string() }).meta({ id: 'ProofRunAsked' })

export const ProofQueueWire = z
  .strictObject({
    waiting: z.number(),
    running: z.number(),
    oldestSeconds: z.number().nullable(),
    organisations: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        waiting: z.number(),
        running: z.number(),
      }),
    ),
  })
  .meta({ id: 'ProofQueue' })

const WorkerWire = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    host: z.string(),
    version: z.string(),
    /** PEM: what it signs is checked with it. */
    publicKey: z.string(),
    slots: z.number(),
    running: z.number(),
    done: z.number(),
    /** How its runs are held apart; null where they cannot be, and `refusal` says why. */
    isolation: z.record(z.string(), z.json()).nullable(),
    refusal: z.string().nullable(),
    /** The highest classification that it may be given. */
    ceiling: z.enum(['unclassified', 'restricted', 'confidential', 'secret', 'top-secret']),
    compartments: z.array(z.string()),
    firstAt: z.string(),
    seenAt: z.string(),
    /** It was not heard of for a minute. */
    isGone: z.boolean(),
    off: z.strictObject({ at: z.string(), by: z.string(), why: z.string() }).nullable(),
  })
  .meta({ id: 'ProofWorker' })
export const WorkerListWire = z
  .strictObject({ items: z.array(WorkerWire) })
  .meta({ id: 'ProofWorkerList' })
