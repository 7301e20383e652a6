import type { Pool } from 'pg'
import { noRun } from '#features/engagement/desk.ts'
import { digestOf } from '#features/ledger/entry.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { actorOf, type Principal, randomName } from '#features/org/org.ts'
import { unreachable } from '#kernel/assert.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { type Problem, problem } from '#platform/http/problem.ts'
import type { EvaluationKeys } from './evaluation-keys.ts'
import { KeptBlobs } from './kept-blobs.ts'
import { tellRun } from './run.store.ts'
import { type StandingRun, standingRun } from './run-standing.ts'
import { mayHandIn } from './run-window.ts'
import {
  declaredStratum,
  digestOfSample,
  isUploadKept,
  keepSample,
  type NewSample,
  type NotTaken,
  otherBody,
} from './sample.store.ts'
import type { Sample, SampleName } from './sample.ts'
import { type BadLine, BodyLines, readSampleLine, readTranscript } from './sample-body.ts'

export type PushParts = {
  readonly pool: Pool
  readonly blobs: Blobs
  readonly keys: EvaluationKeys
}

export type Push = {
  readonly run: string
  readonly name: SampleName
  readonly body: AsyncIterable<Buffer>
  readonly principal: Principal
  readonly now: Date
}

export type Pushed = { readonly digest: string; readonly isSame: boolean }

/** What a blob of a transcript belongs to. */
export const ownerOfUpload = (run: string, upload: string): string => `sample ${run} ${upload}`

/**
 * Takes a finished sample: the sample in the first line, its transcript in the others. What was
 * taken before is not read again. Its pieces are kept before it is; of what is refused, or breaks
 * off, none stays.
 *
 * @throws {NotKept} where it cannot be kept at the moment, and what the body throws
 */
export async function pushSample(parts: PushParts, push: Push): Promise<Result<Pushed, Problem>> {
  const { pool, blobs, keys } = parts
  const { principal, body, run: id } = push
  const lines = new BodyLines(body)
  const sample = await readSampleLine(lines)
  if (!sample.ok) return no(badLine(sample.refusal))
  const digest = digestOf(sample.value)
  const before = await asActor(pool, actorOf(principal), (tx) =>
    admitted(tx, keys, { ...push, sample: sample.value, digest }),
  )
  if (!before.ok) return before
  if (before.value === 'same') return yes({ digest, isSame: true })
  const { salt } = before.value.run
  if (salt === null) return no(notTaken({ is: 'destroyed', why: 'What it held was destroyed.' }))
  const upload = randomName()
  const keeping = { associatedData: ownerOfUpload(id, upload), own: { id, salt } }
  await using kept = new KeptBlobs(blobs, keeping)
  const read = await readTranscript(lines, sample.value, (content) => kept.put(content))
  if (!read.ok) return no(badLine(read.refusal))
  const { sizeBytes } = lines
  const made = { sample: sample.value, digest, upload, parts: read.value, sizeBytes, now: push.now }
  const done = await kept.referredTo(
    () => asActor(pool, actorOf(principal), (tx) => keptNow(tx, keys, { ...push, made })),
    async () => {
      const isThere = await asActor(pool, systemActor, (tx) => isUploadKept(tx, id, upload))
      return isThere ? yes({ digest, isSame: false }) : null
    },
  )
  if (done.ok && !done.value.isSame) kept.stay()
  return done
}

type Wanted = Push & { readonly sample: Sample; readonly digest: string }

/** Whether a sample would be taken, before its transcript is read; `same` where it was. */
async function admitted(
  tx: Tx,
  keys: EvaluationKeys,
  { run: id, name, principal, now, sample, digest }: Wanted,
): Promise<Result<StandingRun | 'same', Problem>> {
  const found = await standingRun(tx, keys, { id, now })
  if (found === null) return no(noRun())
  const { run, engagement, declarable } = found
  if (!run.mayQuery || engagement.evaluator !== principal.organisation) {
    return no(problem('not-allowed', 'It needs the right "query" for the pack of this run.'))
  }
  if (sample.task !== name.task || sample.epoch !== name.epoch) {
    return no(badLine({ line: 1, why: `is of ${sample.task}, attempt ${sample.epoch}` }))
  }
  const there = await digestOfSample(tx, run.no, sample)
  if (there === digest) return yes('same')
  if (there !== null) return no(notTaken(otherBody))
  if (run.closedAt !== null) return no(notTaken({ is: 'closed', why: 'The run is closed.' }))
  const inWindow = mayHandIn(sample, { engagement, person: principal.person, now })
  if (!inWindow.ok) return inWindow
  const stratum = declaredStratum(sample, declarable)
  return stratum.ok ? yes(found) : no(notTaken(stratum.refusal))
}

/** Keeps what was read, if all that was so before still is. */
async function keptNow(
  tx: Tx,
  keys: EvaluationKeys,
  { made, ...push }: Push & { readonly made: NewSample },
): Promise<Result<Pushed, Problem>> {
  const { sample, digest, now } = made
  const found = await admitted(tx, keys, { ...push, sample, digest })
  if (!found.ok) return found
  if (found.value === 'same') return yes({ digest, isSame: true })
  const { run, declarable } = found.value
  const kept = await keepSample(tx, keys.evaluation, { run, declared: declarable, kept: made })
  if (!kept.ok) return no(notTaken(kept.refusal))
  if (kept.value === 'same') return yes({ digest, isSame: true })
  const fields = { task: sample.task, epoch: String(sample.epoch), engagement: run.engagement }
  const of = { action: 'run.sample', kind: 'run', record: run.id, digest, fields } as const
  await record(tx, [{ at: now, ...of }])
  await tellRun(tx, run.id, now)
  return yes({ digest, isSame: false })
}

function badLine({ line, why }: BadLine): Problem {
  const detail = `Line ${line} ${why}.`
  return problem('invalid', detail, { errors: [{ in: 'body', pointer: `/${line - 1}`, detail }] })
}

function notTaken({ is, why }: NotTaken): Problem {
  switch (is) {
    case 'other-body':
      return problem('conflict', why)
    case 'closed':
      return problem('not-in-this-state', why)
    case 'destroyed':
      return problem('gone', why)
    case 'not-declared':
      return problem('invalid', why)
    default:
      return unreachable(is)
  }
}
