import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { no, type Result, yes } from '#kernel/result.ts'

/** A commit of a repository on this machine, read and never written. */
export type GitCommit = {
  readonly name: string
  readonly paths: () => Promise<readonly string[]>
  /** Null where there is no such file, where it is longer than 4 MiB, or where it is no text. */
  readonly read: (path: string) => Promise<string | null>
  /** Writes the whole commit as a tar archive, by git's own rules for archives. */
  readonly writeTar: (file: string, signal: AbortSignal) => Promise<Result<null, string>>
}

const hexCommit = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/
const listBytesMax = 64 * 2 ** 20
const fileBytesMax = 4 * 2 ** 20

/**
 * Opens a commit by its full id. Git is asked with settings of ours alone, no hooks, no fetching
 * and no way to ask anybody; what could be read as an option never reaches it.
 */
export async function openGitCommit(
  folder: string,
  commit: string,
): Promise<Result<GitCommit, string>> {
  if (!hexCommit.test(commit)) return no(`${commit.slice(0, 80)} is no full id of a commit`)
  const kind = await git(folder, ['cat-file', '-t', commit], 100)
  if (kind === null) return no(`${folder} is no git repository with the commit ${commit}`)
  if (kind.toString().trim() !== 'commit') return no(`${commit} is no commit`)
  return yes({
    name: `commit ${commit.slice(0, 12)}`,
    paths: async () => {
      const list = await git(folder, ['ls-tree', '-r', '-z', '--name-only', commit], listBytesMax)
      return list === null ? [] : list.toString().split('\0').filter(Boolean)
    },
    read: async (path) => {
      const bytes = await git(folder, ['cat-file', 'blob', `${commit}:${path}`], fileBytesMax)
      return bytes === null || bytes.includes(0) ? null : bytes.toString()
    },
    writeTar: async (file, signal) => {
      const isWritten = await writeArchive(folder, { commit, file, signal })
      return isWritten ? yes(null) : no(`git could not write ${commit} as an archive`)
    },
  })
}

type Archive = { readonly commit: string; readonly file: string; readonly signal: AbortSignal }

/**
 * Writes a commit out of an empty repository of ours that borrows the objects of the other: what is
 * configured there, such as programs that filter files, is run by nobody.
 */
async function writeArchive(folder: string, { commit, file, signal }: Archive): Promise<boolean> {
  const where = ['rev-parse', '--path-format=absolute', '--git-common-dir']
  const common = await git(folder, where, 4096)
  if (common === null) return false
  const own = await mkdtemp(join(tmpdir(), 'parley-git-'))
  try {
    const format = commit.length === 64 ? 'sha256' : 'sha1'
    const init = ['init', '-q', '--bare', `--object-format=${format}`, own]
    if ((await git(own, init, 1000, signal)) === null) return false
    const objects = join(common.toString().replace(/\n$/, ''), 'objects')
    const args = [...settings, 'archive', '--format=tar', `--output=${file}`, commit]
    const variables = { GIT_DIR: own, GIT_OBJECT_DIRECTORY: objects }
    return (await gitWith(args, variables, { maxBuffer: 1000, signal })) !== null
  } finally {
    await rm(own, { recursive: true, force: true })
  }
}

const settings = [
  ...['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false'],
  ...['-c', 'protocol.allow=never', '-c', 'safe.directory=*', '--no-pager'],
]

/** Nothing of the caller's environment or configuration changes what git reads. */
const environment = {
  PATH: '/usr/local/bin:/usr/bin:/bin',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_ATTR_NOSYSTEM: '1',
}

const timeoutMs = 60_000

/** What git says, or null when it refuses or says more than `bytesMax`. */
const git = (
  folder: string,
  words: readonly string[],
  ...[bytesMax, signal]: readonly [number, AbortSignal?]
): Promise<Buffer | null> =>
  gitWith(
    ['-C', folder, ...settings, ...words],
    {},
    { maxBuffer: bytesMax, ...(signal && { signal }) },
  )

function gitWith(
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
  bounds: { readonly maxBuffer: number; readonly signal?: AbortSignal },
): Promise<Buffer | null> {
  const env = { ...environment, ...variables }
  const options = { encoding: 'buffer', env, timeout: timeoutMs, ...bounds } as const
  return new Promise((resolve) => {
    execFile('git', [...args], options, (error, stdout) => {
      resolve(error === null ? stdout : null)
    })
  })
}
