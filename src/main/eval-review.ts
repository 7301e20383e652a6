import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readJournal } from '#features/evaluation/runner/journal.ts'
import type { Model } from '#features/evaluation/runner/model.ts'
import { decodeRoles } from '#features/evaluation/runner/model-roles.ts'
import { Places } from '#features/evaluation/runner/pace.ts'
import { isFlagged, type Review, ReviewWire, review } from '#features/evaluation/runner/review.ts'
import { transcriptPath } from '#features/evaluation/runner/sample-folder.ts'
import type { Sample } from '#features/evaluation/sample.ts'
import { decodeTranscript } from '#features/evaluation/transcript.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { writeRefusal } from '#platform/files/disk.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { type ModelOptions, openRole } from './eval-model.ts'
import type { ExitCode } from './exit.ts'
import { refused } from './ledger.ts'
import { print, tell } from './output.ts'
import { readNamed } from './pack-files.ts'

export type EvalReviewOptions = ModelOptions & { readonly reviewer?: readonly string[] }

/** `parley eval review FOLDER`: reviewers read transcripts for cheating; a person decides. */
export async function runEvalReview(folder: string, options: EvalReviewOptions): Promise<ExitCode> {
  const samples = await samplesIn(folder)
  if (!samples.ok) return refused(samples.refusal)
  const reviewers = await reviewersOf(options)
  if (!reviewers.ok) return refused(reviewers.refusal)
  const path = join(folder, 'reviews.jsonl')
  const before = reviewsIn(path)
  if (!before.ok) return refused(before.refusal)
  const { signal } = new AbortController()
  const reviews = [...before.value]
  const places = new Places(8)
  try {
    await Promise.all(
      wantedOf(samples.value, reviewers.value, before.value).map(({ sample, model }) =>
        places.with(async () => {
          const text = await readFile(transcriptPath(folder, sample), 'utf8')
          const events = decodeTranscript(text)
          if (!events.ok) {
            tell([`parley: the transcript of ${sample.task} cannot be read: ${events.refusal.why}`])
            return
          }
          const now = (): Date => new Date()
          const found = await review({ model, sample, events: events.value, now, signal })
          if (found === null) return
          appendFileSync(path, `${JSON.stringify(found)}\n`, { mode: 0o600 })
          reviews.push(found)
        }),
      ),
    )
  } catch (error) {
    return refused(writeRefusal(error, path))
  }
  return toldOf(reviews, { samples: samples.value.length, path })
}

async function samplesIn(folder: string): Promise<Result<readonly Sample[]>> {
  const path = join(folder, 'journal.jsonl')
  const read = await readNamed(path, readJournal)
  if (!read.ok) return read
  const all = [...(read.value?.memory.finished.values() ?? [])]
  // What never ran has nothing to be read.
  const ran = all.filter(({ outcome }) => outcome !== 'not_run')
  if (ran.length > 0) return yes(ran)
  return no({ code: 'not-found', why: 'holds no finished attempt', at: path })
}

/** The roles that are named, else every role whose name begins with `reviewer`; or one model. */
async function reviewersOf(options: EvalReviewOptions): Promise<Result<readonly Model[]>> {
  const { roles, reviewer } = options
  const names: string[] = [...(reviewer ?? [])]
  if (roles !== undefined && names.length === 0 && options.model === undefined) {
    const read = await readNamed(roles, decodeRoles)
    if (!read.ok) return read
    names.push(...[...read.value.keys()].filter((name) => name.startsWith('reviewer')))
    if (names.length === 0) {
      return no({ code: 'bad-usage', why: 'names no role that begins with "reviewer"', at: roles })
    }
  }
  const models: Model[] = []
  for (const name of names.length === 0 ? ['reviewer'] : names) {
    const opened = await openRole(name, options, null)
    if (!opened.ok) return opened
    models.push(opened.value.model)
  }
  return yes(models)
}

function reviewsIn(path: string): Result<readonly Review[]> {
  if (!existsSync(path)) return yes([])
  const reviews: Review[] = []
  const text = readFileSync(path, 'utf8')
  // A line that was not written to its end is as if it never was.
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  if (whole !== text) truncateSync(path, Buffer.byteLength(whole))
  for (const [index, line] of whole.split('\n').slice(0, -1).entries()) {
    const read = ReviewWire.safeParse(jsonOf(line))
    if (!read.success) {
      return no({
        code: 'malformed',
        why: 'holds a line that is no review',
        at: `${path}:${index + 1}`,
      })
    }
    reviews.push(read.data)
  }
  return yes(reviews)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Each transcript is read once by each reviewer. */
function wantedOf(
  samples: readonly Sample[],
  reviewers: readonly Model[],
  before: readonly Review[],
): readonly { readonly sample: Sample; readonly model: Model }[] {
  const keyOf = (digest: string, reviewer: string): string => `${digest} ${reviewer}`
  const done = new Set(before.map((one) => keyOf(one.transcriptSha256, one.reviewer)))
  return samples.flatMap((sample) =>
    reviewers
      .filter(({ name }) => !done.has(keyOf(sample.transcriptSha256, name)))
      .map((model) => ({ sample, model })),
  )
}

function toldOf(
  reviews: readonly Review[],
  { samples, path }: { readonly samples: number; readonly path: string },
): ExitCode {
  const flagged = reviews.filter(isFlagged)
  const attempts = new Set(flagged.map(({ task, epoch }) => `${task} ${epoch}`)).size
  print([
    oneLine(`${reviews.length} reviews of ${samples} attempts: ${path}`),
    attempts === 0
      ? 'None is for a person to look at.'
      : `${attempts} of them are for a person to look at and decide:`,
    ...flagged.map(({ task, epoch, reviewer, confidence, what, events }) => {
      const sure = confidence === null ? 'no opinion' : `${confidence} of 10`
      const places = events.length === 0 ? '' : ` (events ${events.join(', ')})`
      return oneLine(`  ${task}, attempt ${epoch}: ${reviewer}, ${sure}: ${what}${places}`)
    }),
  ])
  return 0
}
