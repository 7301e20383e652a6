import type { z } from 'zod'
import { problemsOfIssue } from '#formats/proof/issue-words.ts'
import type { ProofProblem } from '#formats/proof/problem.ts'
import { readYamlTree } from '#formats/proof/yaml-tree.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { PackDocument, Task } from './pack.ts'
import { PackShape, TaskShape, type TaskWire } from './shape.ts'

/** What a document says, and where its members stand in it. */
export type Located<T> = {
  readonly said: T
  readonly lineOf: (pointer: string) => number | null
}

type Read<T> = Result<Located<T>, readonly ProofProblem[]>

/** Reads `pack.yaml` (YAML 1.2 or JSON), or says everything that is wrong at once. */
export function decodePack(text: string): Read<PackDocument> {
  const read = located(text, PackShape)
  if (!read.ok) return read
  const { said, lineOf } = read.value
  const { name, version, label, summary = null, tasks } = said
  const twice = doubled(tasks).map((index) => ({
    pointer: `/tasks/${index}`,
    line: lineOf(`/tasks/${index}`),
    why: `names ${tasks[index]} a second time`,
    hint: 'keep one of them',
  }))
  return twice.length > 0
    ? no(twice)
    : yes({ said: { name, version, label, summary, tasks }, lineOf })
}

/** Reads a `task.yaml` in the same way. */
export function decodeTask(text: string): Read<Task> {
  const read = located(text, TaskShape)
  if (!read.ok) return read
  const { said, lineOf } = read.value
  const task = taskOf(said)
  const problems = doubled(task.tools).map((index) => ({
    pointer: `/tools/${index}`,
    line: lineOf(`/tools/${index}`),
    why: `names ${task.tools[index]} a second time`,
    hint: 'keep one of them',
  }))
  return problems.length > 0 ? no(problems) : yes({ said: task, lineOf })
}

const problemsMax = 100

function located<T extends z.ZodType>(text: string, shape: T): Read<z.output<T>> {
  const { value, lineOf, problems } = readYamlTree(text)
  if (value === undefined) return no(problems)
  const read = shape.safeParse(value, { reportInput: true })
  const known = new Set(problems.map(({ pointer }) => pointer))
  const wrong = read.success
    ? []
    : read.error.issues
        .flatMap((issue) => problemsOfIssue(issue, shape, lineOf))
        .filter(({ pointer }) => !known.has(pointer))
  const all = [...problems, ...wrong]
  if (read.success && all.length === 0) return yes({ said: read.data, lineOf })
  all.sort((one, other) => (one.line ?? 0) - (other.line ?? 0))
  return no(all.slice(0, problemsMax))
}

/** The places of what stands there a second time. */
const doubled = (words: readonly string[]): number[] =>
  words.flatMap((word, index) => (words.indexOf(word) < index ? [index] : []))

function taskOf(wire: TaskWire): Task {
  const { title, stratum, weight, canary, environment, instruction, limits, verifier } = wire
  return {
    ...{ title, stratum, weight, canary, instruction, tools: wire.tools },
    humanMinutes: wire['human-minutes'] ?? null,
    environment:
      environment.kind === 'host' ? { kind: 'host', tools: environment.tools ?? {} } : environment,
    files: wire.files ?? null,
    service: wire.service
      ? {
          command: wire.service.command,
          port: wire.service.port,
          readyWithinMs: Math.round(wire.service['ready-within-seconds'] * 1000),
        }
      : null,
    limits: {
      tokens: limits.tokens,
      turns: limits.turns,
      seconds: limits.seconds,
      memoryMiB: limits['memory-mib'],
    },
    verifier: {
      files: verifier.files,
      command: verifier.command,
      seconds: verifier.seconds,
      memoryMiB: verifier['memory-mib'],
    },
    solution: { ...wire.solution, command: wire.solution.command ?? null },
  }
}
