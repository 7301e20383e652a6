#!/usr/bin/env node
// Starts Parley on a Node.js that can run it. This file itself runs on Node 18 and newer: where the
// running Node is too old, it hands over to the one that npm installed beside Parley.
import { existsSync } from 'node:fs'
import module from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const needed = [24, 15]
const root = fileURLToPath(new URL('..', import.meta.url))

/** @param {string} version e.g. `24.21.0`, with or without a leading `v` */
function isEnough(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number)
  return major > needed[0] || (major === needed[0] && minor >= needed[1])
}

if (isEnough(process.version)) await run()
else await handOver()

/** A checkout holds the sources, which Node runs as they are; a package holds what was built. */
async function run() {
  const source = join(root, 'src/main/cli.ts')
  const entry = existsSync(source) ? source : join(root, 'dist/cli.mjs')
  if (process.env.NODE_COMPILE_CACHE === undefined) {
    // Not in the folder for temporary files, where another user could lay code in wait. Threads and
    // processes that are begun later look for it in the environment.
    process.env.NODE_COMPILE_CACHE = cacheFolder()
    module.enableCompileCache(process.env.NODE_COMPILE_CACHE)
  }
  const { main } = await import(pathToFileURL(entry).href)
  await main(process.argv.slice(2))
}

/** @returns {string} where Node keeps what it compiled; one that cannot be written is ignored */
function cacheFolder() {
  if (existsSync(join(root, 'node_modules'))) return join(root, 'node_modules/.cache/parley')
  const { XDG_CACHE_HOME, HOME, LOCALAPPDATA } = process.env
  const base = XDG_CACHE_HOME || (HOME ? join(HOME, '.cache') : LOCALAPPDATA)
  return join(base || root, 'parley', 'compiled')
}

/** @param {string} found what there is of a newer Node */
function refuse(found) {
  const platform = `${process.platform}-${process.arch}`
  const lines = [
    `parley: needs Node.js ${needed.join('.')} or newer; this is ${process.version} on ${platform},`,
    `and ${found}.`,
    'Either run "npm install --include=optional" where Parley is installed (on Windows, Intel Macs',
    'and Linux other than Alpine that brings the right Node.js), or install Node.js 24 from',
    'https://nodejs.org/ or from your distribution. On Macs with Apple silicon and on Alpine only',
    'the latter works.',
  ]
  process.stderr.write(`${lines.join('\n')}\n`)
  process.exitCode = 2
}

async function handOver() {
  const node = bundledNode()
  if (node === null) {
    refuse('no newer one was installed beside Parley')
    return
  }
  const { spawn } = await import('node:child_process')
  const file = fileURLToPath(import.meta.url)
  const child = spawn(node, [file, ...process.argv.slice(2)], { stdio: 'inherit' })
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']
  // The child decides what a signal means; this process only passes it on and waits.
  for (const signal of signals) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => refuse(`${node} cannot be started: ${error.message}`))
  child.on('exit', async (code, signal) => {
    if (code !== null) process.exit(code)
    const { constants } = await import('node:os')
    process.exit(128 + (constants.signals[signal] ?? 0))
  })
}

/** @returns {string | null} the Node of the optional platform package, if it is new enough */
function bundledNode() {
  const os = process.platform === 'win32' ? 'win' : process.platform
  const name = `node-${os}-${process.arch}`
  const require = module.createRequire(import.meta.url)
  try {
    if (!isEnough(require(`${name}/package.json`).version)) return null
    return require.resolve(`${name}/bin/node${os === 'win' ? '.exe' : ''}`)
  } catch {
    return null
  }
}
