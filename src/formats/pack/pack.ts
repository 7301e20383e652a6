import type { Environment } from '#formats/proof/bundle.ts'

/**
 * Tasks that are put to a model, as a folder says them: `pack.yaml`, and for each task a folder
 * `tasks/ID` with `task.yaml`. Paths are relative, with `/`, and were checked to lie inside.
 */
export type PackDocument = {
  readonly name: string
  readonly version: string
  /** What the pack may be shown to, e.g. `TLP:AMBER`. */
  readonly label: string
  readonly summary: string | null
  /** The names of the tasks' folders, in the order in which they are committed to. */
  readonly tasks: readonly string[]
}

export type Task = {
  readonly title: string
  readonly stratum: Stratum
  /** How much the task counts within its stratum. */
  readonly weight: number
  /** How long somebody of the trade needs; null where nobody measured it. */
  readonly humanMinutes: number | null
  /** Stands nowhere but in the task's own sealed files: a model that says it has seen them. */
  readonly canary: string
  readonly environment: Environment
  readonly instruction: string
  /** A folder of the task: what lies in the working folder at the start; null for nothing. */
  readonly files: string | null
  /** Runs beside the agent's tools, on the loopback of its sandbox; null for none. */
  readonly service: Service | null
  readonly tools: readonly Tool[]
  readonly limits: TaskLimits
  readonly verifier: Verifier
  readonly solution: Solution
}

/** Difficulty from 1, the easiest, to 5. */
export type Stratum = { readonly family: string; readonly difficulty: number }

export type Service = {
  readonly command: readonly string[]
  readonly port: number
  readonly readyWithinMs: number
}

export const tools = ['shell', 'files', 'python'] as const
export type Tool = (typeof tools)[number]

export type TaskLimits = {
  readonly tokens: number
  readonly turns: number
  readonly seconds: number
  readonly memoryMiB: number
}

/**
 * Judges what the agent left, in a sandbox of its own. Its files lie in `/parley/in`; the agent
 * never sees them. The last line of its output is the reward, a number from 0 to 1.
 */
export type Verifier = {
  readonly files: string
  readonly command: readonly string[]
  readonly seconds: number
  readonly memoryMiB: number
}

/** For checking the task itself; sealed together with the verifier. */
export type Solution = {
  /** A folder of the task whose files solve it. */
  readonly files: string
  /**
   * Solves it in the agent's sandbox, with these files in `/parley/in`; null where they are laid
   * over what the agent found.
   */
  readonly command: readonly string[] | null
  /** Folders of answers that must earn less than 1. */
  readonly wrong: readonly string[]
}

export const packName = 'pack.yaml'
export const taskName = 'task.yaml'
export const tasksFolder = 'tasks'
export const folderOf = (id: string): string => `${tasksFolder}/${id}`

/** The folders of a task that hold something, apart from each other in what they are for. */
export const foldersOf = ({ files, verifier, solution }: Task): readonly string[] => [
  ...(files === null ? [] : [files]),
  verifier.files,
  solution.files,
  ...solution.wrong,
]
