import { z } from 'zod'
import { problemsOfIssue } from '#formats/proof/issue-words.ts'
import type { ProofProblem } from '#formats/proof/problem.ts'
import { readYamlTree } from '#formats/proof/yaml-tree.ts'
import { no, type Result, yes } from '#kernel/result.ts'

/** What a family of the METR Task Standard (0.3.0) says without its Python being run. */
export type TaskFamily = {
  readonly version: string | null
  readonly tasks: readonly FamilyTask[]
  /** The methods that its class defines, of those that the standard names. */
  readonly methods: readonly string[]
  /** What only running its Python would tell. */
  readonly unread: readonly string[]
}

export type FamilyTask = {
  readonly name: string
  readonly version: string | null
  readonly resources: z.output<typeof resources>
  readonly scoring: z.output<typeof scoring>
}

const text = z.string().max(10_000)
const amount = z.number().min(0).max(1e6)

const resources = z.strictObject({
  gpu: z
    .strictObject({ count_range: z.array(z.int().min(0)).min(2).max(2), model: text })
    .optional(),
  cpus: amount.optional(),
  memory_gb: amount.optional(),
  storage_gb: amount.optional(),
})

const scoring = z.strictObject({
  visible_to_agent: z.boolean().optional(),
  score_on_usage_limits: z.boolean().optional(),
  instructions: text.optional(),
})

/** `manifest.yaml`: the standard allows no members beside these. */
const ManifestShape = z.strictObject({
  tasks: z.record(
    text,
    z.strictObject({
      version: text.optional(),
      resources: resources.optional(),
      scoring: scoring.optional(),
      meta: z.unknown().optional(),
    }),
  ),
  meta: z.unknown().optional(),
  version: text.optional(),
})

/** What each method of a family answers when it is run. */
const methods: Readonly<Record<string, string>> = {
  get_tasks: 'which tasks there are, and what each of them is made of',
  get_instructions: 'what the agent is asked',
  get_permissions: 'whether a task wants the full Internet',
  start: 'what lies in the working folder at the start',
  score: 'how a submission is judged',
  intermediate_score: 'how the work is judged on its way',
  aggregate_scores: 'how scores on the way become one',
  get_aux_vm_spec: 'which further machine a task wants',
}

/** Reads a manifest and the file of its family; nothing of the file is run. */
export function decodeTaskFamily(
  manifest: string,
  python: string,
): Result<TaskFamily, readonly ProofProblem[]> {
  const { value, lineOf, problems } = readYamlTree(manifest)
  if (value === undefined || problems.length > 0) return no(problems)
  const read = ManifestShape.safeParse(value, { reportInput: true })
  if (!read.success) {
    return no(read.error.issues.flatMap((one) => problemsOfIssue(one, ManifestShape, lineOf)))
  }
  const body = classBody(python)
  if (body === null) {
    const hint = 'a family is one file with "class TaskFamily:"'
    return no([{ pointer: '', line: null, why: 'its file has no class TaskFamily', hint }])
  }
  const defined = Object.keys(methods).filter((name) =>
    new RegExp(`^[ \\t]+(?:async[ \\t]+)?def[ \\t]+${name}[ \\t]*\\(`, 'm').test(body),
  )
  return yes({
    version: read.data.version ?? null,
    tasks: Object.entries(read.data.tasks).map(([name, one]) => ({
      name,
      version: one.version ?? null,
      resources: one.resources ?? {},
      scoring: one.scoring ?? {},
    })),
    methods: defined,
    unread: defined.map((name) => `${name}: ${methods[name]}`),
  })
}

/** The indented lines after `class TaskFamily`; null where there is no such class. */
function classBody(python: string): string | null {
  const lines = python.split(/\r?\n/)
  const start = lines.findIndex((line) => /^class[ \t]+TaskFamily\b/.test(line))
  if (start < 0) return null
  const rest = lines.slice(start + 1)
  const end = rest.findIndex((line) => /^[^\s#)]/.test(line))
  return (end < 0 ? rest : rest.slice(0, end)).join('\n')
}
