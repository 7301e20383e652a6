// Installs the dependencies where they are missing or older than the lockfile. Runs on Node 18 and
// newer, before anything is installed, so it uses nothing but Node itself.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the checkout. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const lockfile = join(root, 'package-lock.json')
const modules = join(root, 'node_modules')
/** Holds the digest of the lockfile that was installed last. */
const marker = join(modules, '.parley-installed')

/** @returns {Promise<void>} when everything is installed; a failure is told and thrown */
export async function installOnce() {
  const wanted = createHash('sha256').update(readFileSync(lockfile)).digest('hex')
  if (isInstalled(wanted)) return
  const started = Date.now()
  process.stderr.write('Installing dependencies with "npm ci" (about half a minute) ...\n')
  const { code, output } = await npmCi()
  if (code !== 0) throw new Error(failureText(code, output))
  note(wanted)
  process.stderr.write(`Installed in ${((Date.now() - started) / 1000).toFixed(0)} s.\n`)
}

/** @param {string} wanted */
function isInstalled(wanted) {
  if (existsSync(marker)) return readFileSync(marker, 'utf8') === wanted
  // Somebody ran npm by hand: npm writes this file last, so it is as old as the installation.
  const byHand = join(modules, '.package-lock.json')
  if (!existsSync(byHand) || statSync(byHand).mtimeMs < statSync(lockfile).mtimeMs) return false
  note(wanted)
  return true
}

/** @param {string} wanted */
function note(wanted) {
  try {
    writeFileSync(marker, wanted)
  } catch {
    // A read-only checkout is asked again next time, which is quick.
  }
}

/** @returns {Promise<{ code: number, output: string }>} */
function npmCi() {
  const cache = writableCache()
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund']
  const more = ['--loglevel=warn', ...(cache ? [`--cache=${cache}`] : [])]
  const script = process.env.npm_execpath
  const isScript = script !== undefined && /\.c?js$/.test(script)
  const command = isScript ? 'node' : process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const child = spawn(command, [...(isScript ? [script] : []), ...args, ...more], {
    cwd: root,
    env: { ...process.env, ...pathWithoutOwn() },
    stdio: ['ignore', 'pipe', 'pipe'],
    // Node refuses to start .cmd files without a shell.
    shell: command.endsWith('.cmd'),
  })
  return new Promise((settle) => {
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece) => {
        output += piece
      })
    }
    child.on('error', (error) => settle({ code: 127, output: String(error) }))
    child.on('close', (code) => {
      if (cache) rmSync(cache, { recursive: true, force: true })
      settle({ code: code ?? 1, output })
    })
  })
}

/** `npm ci` removes `node_modules`, so it must not itself run on the Node that lies in there. */
function pathWithoutOwn() {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH'
  const parts = (process.env[name] ?? '').split(delimiter)
  return { [name]: parts.filter((part) => !resolve(part).startsWith(modules)).join(delimiter) }
}

/** @returns {string | null} a folder for npm's cache where its own cannot be written */
function writableCache() {
  const own = process.env.npm_config_cache ?? join(homedir(), '.npm')
  for (let folder = own; ; folder = dirname(folder)) {
    if (!existsSync(folder)) {
      if (folder === dirname(folder)) return null
      continue
    }
    try {
      accessSync(folder, constants.W_OK)
      return null
    } catch {
      return mkdtempSync(join(tmpdir(), 'parley-npm-'))
    }
  }
}

/**
 * @param {number} code
 * @param {string} output
 */
function failureText(code, output) {
  const tail = output.trim().split('\n').slice(-15).join('\n')
  const isOffline =
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET|ENOTCACHED|ERR_SOCKET/.test(
      output,
    )
  if (isOffline) {
    return [
      tail,
      '',
      'The dependencies are not installed and the package registry cannot be reached.',
      'Connect this machine once and start again; or copy "node_modules" from a machine of the same',
      'kind; or point npm to a mirror: npm config set registry https://...',
    ].join('\n')
  }
  if (code === 127)
    return `${tail}\n\nnpm was not found. It comes with Node.js: https://nodejs.org/`
  return `${tail}\n\n"npm ci" failed with exit code ${code}; the lines above are its last ones.`
}
