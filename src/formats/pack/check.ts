import type { ProofProblem } from '#formats/proof/problem.ts'
import type { Located } from './decode.ts'
import { folderOf, foldersOf, type PackDocument, packName, type Task, tasksFolder } from './pack.ts'

/** One thing that is wrong with a pack, and in which of its documents. */
export type PackProblem = ProofProblem & { readonly file: string }

export type PackEntry =
  | { readonly kind: 'folder'; readonly path: string }
  | {
      readonly kind: 'file'
      readonly path: string
      readonly sizeBytes: number
      readonly sha256: string
      readonly isProgram: boolean
    }

/** A task of a pack that was read, with the name of the document that says it. */
export type NamedTask = Located<Task> & { readonly id: string; readonly file: string }

/** A file that is handed into a sandbox lies flat there, under a plain name. */
const givenName = /^[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}$/
const givenMax = 64
const givenBytesMax = 64 * 2 ** 20
/** Beside the documents and the tasks: what tells people about the pack. */
const besideNames: ReadonlySet<string> = new Set([packName, 'README.md', 'LICENSE', 'LICENSE.md'])

/** Judges whether the parts of a pack fit each other; nothing is run. */
export function checkPack(
  { said: { tasks: ids } }: Located<PackDocument>,
  tasks: readonly NamedTask[],
  entries: ReadonlyMap<string, PackEntry>,
): PackProblem[] {
  return [
    ...tasks.flatMap((task) => new TaskCheck(task, entries).problems()),
    ...sharedCanaries(tasks),
    ...strayEntries(ids, tasks, entries),
  ]
}

class TaskCheck {
  readonly #named: NamedTask
  readonly #entries: ReadonlyMap<string, PackEntry>
  readonly #problems: PackProblem[] = []

  constructor(named: NamedTask, entries: ReadonlyMap<string, PackEntry>) {
    this.#named = named
    this.#entries = entries
  }

  problems(): readonly PackProblem[] {
    const { said: task } = this.#named
    if (task.files !== null) this.#folder('/files', task.files)
    this.#given('/verifier/files', task.verifier.files)
    this.#folder('/solution/files', task.solution.files)
    if (task.solution.command !== null) this.#given('/solution/files', task.solution.files)
    for (const [index, path] of task.solution.wrong.entries()) {
      this.#folder(`/solution/wrong/${index}`, path)
    }
    this.#apart(task)
    this.#environment(task)
    if (task.instruction.toLowerCase().includes(task.canary)) {
      this.#say('/canary', 'stands in the instruction, so that every transcript would hold it')
    }
    return this.#problems
  }

  #say(pointer: string, why: string, hint?: string): void {
    const { file, lineOf } = this.#named
    const hints = hint === undefined ? {} : { hint }
    this.#problems.push({ file, pointer, line: lineOf(pointer), why, ...hints })
  }

  #folder(pointer: string, path: string): void {
    const kind = this.#entries.get(this.#inside(path))?.kind
    if (kind === 'folder') return
    const why = kind === 'file' ? `${path} is a file, not a folder` : `there is no folder ${path}`
    this.#say(pointer, why, 'paths are relative to the folder of the task')
  }

  #inside(path: string): string {
    return `${folderOf(this.#named.id)}/${path}`
  }

  /** What goes into a sandbox as given files: flat, few, and under plain names. */
  #given(pointer: string, path: string): void {
    this.#folder(pointer, path)
    const start = `${this.#inside(path)}/`
    const inner = [...this.#entries.values()].filter((one) => one.path.startsWith(start))
    for (const one of inner) {
      const name = one.path.slice(start.length)
      if (one.kind === 'folder') this.#say(pointer, `${name} is a folder`, 'lay its files flat')
      else if (!givenName.test(name) && !name.includes('/')) {
        this.#say(pointer, `${name} is no plain name`, 'use letters, digits and . _ + -')
      }
    }
    const bytes = inner.reduce((sum, one) => sum + (one.kind === 'file' ? one.sizeBytes : 0), 0)
    if (inner.length > givenMax || bytes > givenBytesMax) {
      const most = `${givenMax} files of ${givenBytesMax} bytes`
      this.#say(pointer, `holds ${inner.length} files of ${bytes} bytes, more than ${most}`)
    }
  }

  /** What the agent finds may hold nothing of what judges it. */
  #apart(task: Task): void {
    const folders = foldersOf(task)
    for (const [index, one] of folders.entries()) {
      const other = folders.find(
        (path, at) => at !== index && (one === path ? at < index : one.startsWith(`${path}/`)),
      )
      if (other === undefined) continue
      const why = `${one} ${one === other ? 'is named twice' : `lies inside of ${other}`}`
      this.#say('', why, 'what the agent finds, the verifier and answers are folders apart')
    }
  }

  #environment({ environment }: Task): void {
    if (environment.kind !== 'archive') return
    const entry = this.#entries.get(environment.path)
    if (entry?.kind !== 'file') {
      const hint = 'this path is relative to the pack, so that tasks can share it'
      this.#say('/environment/path', `there is no file ${environment.path}`, hint)
    } else if (entry.sha256 !== environment.sha256) {
      const why = `says ${environment.sha256}, and ${environment.path} has ${entry.sha256}`
      this.#say('/environment/sha256', why)
    }
  }
}

/** A canary tells which task somebody has seen: two tasks with one would be one. */
function sharedCanaries(tasks: readonly NamedTask[]): PackProblem[] {
  const first = new Map<string, string>()
  return tasks.flatMap(({ id, file, said: { canary }, lineOf }) => {
    const other = first.get(canary)
    if (other === undefined) first.set(canary, id)
    const pointer = '/canary'
    const why = `is that of ${other} too`
    const hint = 'make one for each task, e.g. with uuidgen'
    return other === undefined ? [] : [{ file, pointer, line: lineOf(pointer), why, hint }]
  })
}

/** What no task has is not committed to, and could change unseen. */
function strayEntries(
  ids: readonly string[],
  tasks: readonly NamedTask[],
  entries: ReadonlyMap<string, PackEntry>,
): PackProblem[] {
  const roots = new Set(
    tasks.flatMap(({ said: { environment } }) =>
      environment.kind === 'archive' ? [environment.path] : [],
    ),
  )
  const folders = new Set(ids.map(folderOf))
  const isKnown = (path: string): boolean => {
    if (besideNames.has(path) || roots.has(path)) return true
    return folders.has(path.split('/').slice(0, 2).join('/'))
  }
  const found = [...entries.values()].filter(({ kind, path }) => kind === 'file' && !isKnown(path))
  return found.slice(0, strayMax).map(({ path }) => ({
    ...{ file: path, pointer: '', line: null, why: 'belongs to no task that the pack lists' },
    hint: `list the task, or take the file away; tasks lie in ${tasksFolder}/ID`,
  }))
}

const strayMax = 20
