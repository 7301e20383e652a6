import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkPack, type NamedTask, type PackProblem } from '#formats/pack/check.ts'
import type { CommittedPack } from '#formats/pack/commitment.ts'
import { contaminationsIn } from '#formats/pack/contamination.ts'
import { decodePack, decodeTask } from '#formats/pack/decode.ts'
import { folderOf, type PackDocument, packName, type Task, taskName } from '#formats/pack/pack.ts'
import type { ProofProblem } from '#formats/proof/problem.ts'
import { documentLengthMax } from '#formats/proof/yaml-tree.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { type Archive, openArchive } from '#platform/files/archive.ts'
import { below, contentOf, soleFolder } from '#platform/files/archive-state.ts'

/** A pack that was opened and judged. Nothing of it was run; it is open until disposed of. */
export type OpenPack = AsyncDisposable & {
  readonly document: PackDocument
  readonly tasks: readonly PackTask[]
  /** What is wrong; empty where the pack is complete and its parts fit each other. */
  readonly problems: readonly PackProblem[]
  /** What a commitment to it is made of. */
  readonly committed: CommittedPack
  readonly files: Archive
}

/** A task of an open pack, with what lies in its folder. */
export type PackTask = { readonly id: string; readonly task: Task; readonly files: Archive }

/** Why a pack could not be read: the archive, or everything wrong with its documents. */
export type PackRefusal =
  | { readonly is: 'archive'; readonly refusal: Refusal }
  | { readonly is: 'documents'; readonly problems: readonly PackProblem[] }

/** Opens a pack from a folder or an archive and checks it; `scratch` is where contents wait. */
export async function openPack(
  path: string,
  { scratch: place = tmpdir() }: { readonly scratch?: string } = {},
): Promise<Result<OpenPack, PackRefusal>> {
  const scratch = await mkdtemp(join(place, 'parley-pack-'))
  const opened = await openArchive(path, { scratch })
  const dispose = async (): Promise<void> => {
    if (opened.ok) await opened.value[Symbol.asyncDispose]()
    await rm(scratch, { recursive: true, force: true })
  }
  try {
    const read: Result<Read, PackRefusal> = opened.ok
      ? await readPack(opened.value, path)
      : no({ is: 'archive', refusal: opened.refusal })
    if (read.ok) return yes({ ...read.value, [Symbol.asyncDispose]: dispose })
    await dispose()
    return read
  } catch (error) {
    await dispose()
    throw error
  }
}

/** What `parley pack open` leaves in a folder: the pack, as an archive. */
const openedName = 'pack.tar'

type Read = Omit<OpenPack, typeof Symbol.asyncDispose>

const documentBytesMax = 4 * documentLengthMax

async function readPack(outer: Archive, at: string): Promise<Result<Read, PackRefusal>> {
  const sole = soleFolder(outer)
  const files = [outer, ...(sole === null ? [] : [below(outer, sole)])].find(
    ({ entries }) => entries.get(packName)?.kind === 'file',
  )
  if (files === undefined) {
    const opened = outer.entries.get(openedName)?.kind === 'file'
    const hint = opened ? { hint: `the pack is ${at}/${openedName}` } : {}
    const refusal = { code: 'not-found', why: `holds no ${packName}`, at, ...hint } as const
    return no({ is: 'archive', refusal })
  }
  const text = await contentOf(files, packName, documentBytesMax)
  if (!text.ok) return no({ is: 'archive', refusal: text.refusal })
  const document = decodePack(text.value.toString('utf8'))
  if (!document.ok) return no({ is: 'documents', problems: inFile(packName, document.refusal) })
  const { said, lineOf } = document.value
  const named: NamedTask[] = []
  const problems: PackProblem[] = []
  for (const [index, id] of said.tasks.entries()) {
    const task = await readTask(files, id)
    if (task.ok) named.push(task.value)
    else if (task.refusal !== null) problems.push(...task.refusal)
    else {
      const pointer = `/tasks/${index}`
      const why = `names ${id}, and there is no ${folderOf(id)}/${taskName}`
      problems.push({ file: packName, pointer, line: lineOf(pointer), why })
    }
  }
  if (problems.length > 0) return no({ is: 'documents', problems })
  const tasks = named.map(({ id, said: task }) => ({ id, task, files: below(files, folderOf(id)) }))
  return yes({
    ...{ document: said, tasks, files, committed: committedOf(said, tasks) },
    problems: [...checkPack(document.value, named, files.entries), ...(await shownCanaries(tasks))],
  })
}

const inFile = (file: string, problems: readonly ProofProblem[]): PackProblem[] =>
  problems.map((problem) => ({ ...problem, file }))

/** One task's document; null where it is not there. */
async function readTask(
  files: Archive,
  id: string,
): Promise<Result<NamedTask, readonly PackProblem[] | null>> {
  const file = `${folderOf(id)}/${taskName}`
  if (files.entries.get(file)?.kind !== 'file') return no(null)
  const text = await contentOf(files, file, documentBytesMax)
  if (!text.ok) return no([{ file, pointer: '', line: null, why: text.refusal.why }])
  const read = decodeTask(text.value.toString('utf8'))
  return read.ok ? yes({ id, file, ...read.value }) : no(inFile(file, read.refusal))
}

function committedOf(
  { name, version, label }: PackDocument,
  tasks: readonly PackTask[],
): CommittedPack {
  return {
    ...{ name, version, label },
    tasks: tasks.map(({ id, task: { stratum, weight }, files: { entries } }) => ({
      ...{ id, stratum, weight },
      entries: [...entries.values()],
    })),
  }
}

const searchedBytesMax = 2 ** 20

/** A canary among what the agent finds would stand in every transcript. */
async function shownCanaries(tasks: readonly PackTask[]): Promise<readonly PackProblem[]> {
  const problems: PackProblem[] = []
  for (const { id, task, files } of tasks) {
    if (task.files === null) continue
    for (const { path, kind } of files.entries.values()) {
      if (kind !== 'file' || !path.startsWith(`${task.files}/`)) continue
      const content = await contentOf(files, path, searchedBytesMax)
      if (!content.ok) continue
      const found = contaminationsIn(content.value.toString('latin1'), [{ id, ...task }])
      if (found.length === 0) continue
      const why = 'holds the canary of the task, and the agent finds it'
      problems.push({ file: `${folderOf(id)}/${path}`, pointer: '', line: null, why })
    }
  }
  return problems
}
