import type { Picked } from './uploads.ts'

/** More at once is a mistake, such as a dropped home folder. */
export const filesMax = 2000

/** Files that systems and tools leave in folders, and that nobody means to hand in. */
const isLeftover = (path: string): boolean =>
  path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX') ||
  /(?:^|\/)(?:Thumbs\.db|desktop\.ini)$/i.test(path)

/** What a person chose with the dialogue of the system, one file or a whole folder. */
export const pickedOf = (files: FileList | null): readonly Picked[] =>
  [...(files ?? [])]
    .map((file) => ({ file, name: file.webkitRelativePath || file.name }))
    .filter(({ name }) => !isLeftover(name))

/** What was dropped, with the files of dropped folders. Stops at one more than `filesMax`. */
export async function droppedOf(transfer: DataTransfer): Promise<readonly Picked[]> {
  // Entries have to be taken before the first wait: the transfer is empty afterwards.
  const entries = [...transfer.items].flatMap((item) => {
    const entry = item.kind === 'file' ? item.webkitGetAsEntry() : null
    return entry ? [entry] : []
  })
  const found: Picked[] = []
  const waiting: FileSystemEntry[] = entries.reverse()
  for (let entry = waiting.pop(); entry && found.length <= filesMax; entry = waiting.pop()) {
    const path = entry.fullPath.replace(/^\//, '')
    if (isLeftover(path)) continue
    if (isFile(entry)) found.push({ file: await fileOf(entry), name: path })
    else if (isFolder(entry)) waiting.push(...(await entriesOf(entry)).reverse())
  }
  return found
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory

const fileOf = (entry: FileSystemFileEntry): Promise<File> =>
  new Promise((resolve, reject) => {
    entry.file(resolve, reject)
  })

/** A folder tells its entries in portions; an empty one is the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject)
    })
    if (some.length === 0) return all
    all.push(...some)
  }
}
