// `npm start`: installs, builds the web app where it is older than its sources, and starts the
// service. Runs on Node 18 and newer. What follows `npm start --` goes to `parley serve`.
import { spawn, spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { installOnce, root } from './install.mjs'

try {
  await installOnce()
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}
buildWeb()

const args = [join(root, 'bin', 'parley.mjs'), 'serve', ...process.argv.slice(2)]
const child = spawn(process.execPath, args, { stdio: 'inherit' })
// The service stops what it started; this process waits for it and passes on how it ended.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // A terminal has sent its signal to the service as well; a second one would cut it short.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  })
}
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))

function buildWeb() {
  const { status } = spawnSync(nodeOfBuild(), [join(root, 'tools', 'web.mjs')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status === 0) return
  process.stderr.write('The web app could not be built; the lines above say why.\n')
  process.exit(1)
}

/** The build needs a newer Node than this file: the one that npm installed beside Parley. */
function nodeOfBuild() {
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major >= 24) return process.execPath
  const os = process.platform === 'win32' ? 'win' : process.platform
  const file = `node-${os}-${process.arch}/bin/node${os === 'win' ? '.exe' : ''}`
  try {
    return createRequire(import.meta.url).resolve(file)
  } catch {
    return process.execPath
  }
}
