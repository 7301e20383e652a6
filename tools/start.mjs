// `npm start`: the main job over the example findings. Runs on Node 18 and newer.
import { spawn } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { installOnce, root } from './install.mjs'

try {
  await installOnce()
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}

const out = outputFolder()
const page = join(out, 'triage.html')
const examples = relative(process.cwd(), join(root, 'examples', 'findings')) || '.'
const args = process.argv.slice(2)
const job = [
  ...['triage', examples, '--known', join(root, 'examples', 'known')],
  ...['--sbom', join(root, 'examples', 'inventory.cdx.json'), '--out', out],
]
const child = spawn(process.execPath, [join(root, 'bin', 'parley.mjs'), ...job, ...args], {
  stdio: 'inherit',
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => {
  if (existsSync(page)) process.stdout.write(`\nThe same as a page: ${page}\n`)
  process.exit(code ?? (signal === 'SIGINT' ? 130 : 1))
})

/** `out/` in the checkout, or a folder for temporary files where the checkout is read-only. */
function outputFolder() {
  const folder = join(root, 'out')
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return folder
  } catch {
    return mkdtempSync(join(tmpdir(), 'parley-'))
  }
}
