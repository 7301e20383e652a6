import { isAbsolute } from 'node:path'
import { refusalOfLimits } from './limits.ts'
import type { SandboxRefusal, SandboxRun } from './sandbox.ts'

const givenName = /^[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}$/
const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/
const filesMax = 64
const wordsMax = 4096
const wordsBytesMax = 100_000
const givenBytesMax = 256 << 20

/** Why no sandbox of any tier can do this run; null when one can. */
export function refusalOfRun(run: SandboxRun): SandboxRefusal | null {
  const why = whyNot(run)
  return why === null ? refusalOfLimits(run.limits) : { code: 'bad-run', why }
}

function whyNot({ command, environment, given, collect, state, keepState }: SandboxRun) {
  if (command.length === 0 || command[0] === '') return 'the command is empty'
  const words = [...command, ...Object.entries(environment).flat()]
  if (words.some((word) => word.includes('\0'))) return 'a word of the command holds a zero byte'
  const bytes = words.reduce((sum, word) => sum + Buffer.byteLength(word) + 1, 0)
  if (words.length > wordsMax || bytes > wordsBytesMax) {
    return (
      `command and environment are ${words.length} words of ${bytes} bytes, ` +
      `and may be ${wordsMax} words of ${wordsBytesMax} bytes`
    )
  }
  const variable = Object.keys(environment).find((name) => !variableName.test(name))
  if (variable !== undefined) return `no variable can be called ${JSON.stringify(variable)}`
  return (
    whyNotFiles(given) ?? whyNotCollected(collect) ?? whyNotPath(state) ?? whyNotPath(keepState)
  )
}

function whyNotFiles(given: SandboxRun['given']): string | null {
  const bad = given.find(({ name }) => !givenName.test(name))
  if (bad)
    return `no given file can be called ${JSON.stringify(bad.name)}: only letters, digits, ._+-`
  if (new Set(given.map(({ name }) => name)).size < given.length)
    return 'two given files share a name'
  const total = given.reduce((sum, { bytes }) => sum + bytes.length, 0)
  return given.length > filesMax || total > givenBytesMax
    ? `${given.length} given files of ${total} bytes; at most ${filesMax} of ${givenBytesMax} bytes`
    : null
}

function whyNotCollected(collect: readonly string[]): string | null {
  if (collect.length > filesMax) return `${collect.length} files to collect; at most ${filesMax}`
  const bad = collect.find((path) => !isPlainPath(path.replace(/\/$/, '')))
  return bad === undefined ? null : `${JSON.stringify(bad)} is not a path below /work`
}

/** A relative path of plain names, without a control character. */
function isPlainPath(path: string): boolean {
  const isShort = path.length > 0 && path.length <= 1024
  if (!isShort || isAbsolute(path) || /[\x00-\x1f\x7f]/.test(path)) return false
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
}

const whyNotPath = (path: string | null): string | null =>
  path === null || isAbsolute(path) ? null : `${JSON.stringify(path)} must be an absolute path`
