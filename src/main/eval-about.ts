import { z } from 'zod'
import { type EvaluationSubject, safetyRisks } from '#formats/evaluation/subject.ts'
import { parseJson } from '#formats/json/parse.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { documentsOf } from '#platform/files/documents.ts'

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

/** What the file says of the model, which is nothing where there is none. */
export async function readAbout(path: string | undefined): Promise<Result<EvaluationSubject>> {
  return path === undefined ? yes({}) : readShape(path, AboutShape)
}

/** The verdict of a file; null where there is none. */
export const readVerdict = async (
  path: string | undefined,
): Promise<Result<z.infer<typeof VerdictShape> | null>> =>
  path === undefined ? yes(null) : readShape(path, VerdictShape)

async function readShape<T>(path: string, shape: z.ZodType<T>): Promise<Result<T>> {
  for await (const input of documentsOf([path])) {
    if (input.is === 'refused') return no({ at: path, ...input.refusal })
    const { documents, problems } = parseJson(input.text)
    const [document] = documents
    const [problem] = problems.filter(({ lost }) => lost)
    if (problem || !document || documents.length > 1) {
      const why = problem?.why ?? `holds ${documents.length} JSON documents, not one`
      return no({ code: 'malformed', why, at: path })
    }
    const read = shape.safeParse(document.value)
    if (read.success) return yes(read.data)
    const [issue] = read.error.issues
    const place = issue?.path.map((step) => `/${String(step)}`).join('') ?? ''
    const why = issue?.message ?? 'is not what was expected'
    return no({ code: 'malformed', why, at: `${path} ${place}`.trim() })
  }
  return no({ code: 'not-found', why: 'holds nothing', at: path })
}
