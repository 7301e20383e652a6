// `npm start`: installs, builds the web app where it is older than its sources, and starts the
// service. Runs on Node 18 and newer. What follows `npm start --` goes to `parley serve`.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { installOnce, root } from './install.mjs'

try {
  await installOnce()
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}
const node = nodeOfParley()
buildWeb()

const args = [join(root, 'bin', 'parley.mjs'), 'serve', ...process.argv.slice(2)]
// Over the channel the service sees when this process is gone, however it ended, and ends as well.
const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
// The service stops what it started; this process waits for it and passes on how it ended. Where a
// terminal has sent its signal to the service as well, the service takes the two for one.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
endWithNpm()

/** An npm that is killed outright passes nothing on, and nobody could stop what it leaves behind. */
function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return
  const npm = pidOfNpm()
  const looking = setInterval(() => {
    if (isThere(npm)) return
    clearInterval(looking)
    child.kill('SIGTERM')
  }, 500)
}

/** Between npm and this process there is a shell, unless the shell gave way to it. */
function pidOfNpm() {
  const asked = ['-o', 'ppid=,comm=', '-p', String(process.ppid)]
  const { stdout } = spawnSync('ps', asked, { encoding: 'utf8' })
  const [, parent, name = ''] = /^\s*(\d+)\s+(.*?)\s*$/.exec(stdout ?? '') ?? []
  return /(^|[/-])(a|ba|da|k|z)?sh$/.test(name) ? Number(parent) : process.ppid
}

function isThere(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function buildWeb() {
  const { status } = spawnSync(node, [join(root, 'tools', 'web.mjs')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status === 0) return
  process.stderr.write('The web app could not be built; the lines above say why.\n')
  // A checkout of somebody else's may be read-only: what was built there last is good enough.
  if (!existsSync(join(root, 'dist', 'web', 'index.html'))) process.exit(1)
  process.stderr.write('The one that was built before is served.\n')
}

/** Parley and the build need a newer Node than this file: the one that npm installed beside it. */
function nodeOfParley() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 24 || (major === 24 && minor >= 15)) return process.execPath
  const os = process.platform === 'win32' ? 'win' : process.platform
  const file = `node-${os}-${process.arch}/bin/node${os === 'win' ? '.exe' : ''}`
  try {
    return createRequire(import.meta.url).resolve(file)
  } catch {
    return process.execPath
  }
}
