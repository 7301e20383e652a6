import { z } from 'zod'
import { type EvaluationSubject, safetyRisks } from '#formats/evaluation/subject.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { readJson } from './eval-json.ts'

const text = z.string().min(1).max(20_000)
const short = z.string().min(1).max(500)
const some = <T extends z.ZodType>(of: T) => z.array(of).max(100)
const time = z.iso.datetime({ offset: true })

const AboutShape = z.strictObject({
  developer: short.optional(),
  model: short.optional(),
  version: short.optional(),
  modalities: some(short).optional(),
  plannedReleaseAt: time.optional(),
  downloadLocation: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .optional(),
  application: text.optional(),
  training: text.optional(),
  limitation: text.optional(),
  safetyRisk: z.enum(safetyRisks).optional(),
  safeguards: some(short).optional(),
  evaluators: some(
    z.strictObject({ organisation: short, isIndependent: z.boolean(), conflicts: some(text) }),
  ).optional(),
  window: z.strictObject({ opensAt: time, endsAt: time }).optional(),
  disclosures: some(
    z.strictObject({ kind: short, title: short, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ).optional(),
})

/** What `parley eval verdict --json` writes, as far as it is told on. */
const VerdictShape = z.object({
  model: short,
  verdict: z.enum(['COVERED', 'NOT SHOWN', 'UNDETERMINED']),
  wording: text,
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  declaration: z.object({
    threshold: z.number(),
    protocol: text,
    tokenBudget: z.int().min(1),
    attempts: z.int().min(1),
    alpha: z.number(),
  }),
})

type Refused = readonly Refusal[]

/** What the file says of the model, which is nothing where there is none. */
export const readAbout = async (
  path: string | undefined,
): Promise<Result<EvaluationSubject, Refused>> =>
  path === undefined ? yes({}) : readJson({ path, what: 'description' }, shaped(AboutShape))

/** The verdict of a file; null where there is none. */
export const readVerdict = async (
  path: string | undefined,
): Promise<Result<z.infer<typeof VerdictShape> | null, Refused>> =>
  path === undefined ? yes(null) : readJson({ path, what: 'verdict' }, shaped(VerdictShape))

const shaped =
  <T>(shape: z.ZodType<T>) =>
  (value: unknown): Result<T, Refused> => {
    const read = shape.safeParse(value)
    if (read.success) return yes(read.data)
    return no(
      read.error.issues.map(({ path, message }) => {
        const at = path.map((step) => `/${String(step)}`).join('')
        return { code: 'malformed', why: message, at }
      }),
    )
  }
