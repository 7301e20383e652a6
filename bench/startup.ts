// How long `parley --help` and a triage of one small file take, from the launcher's start to its
// end, under the Node of this system and under the one that Parley brings.
// Peer: Node doing nothing.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { figure, machineText } from './machine.ts'

const runs = Number(process.argv[2] ?? 20)
const root = join(import.meta.dirname, '..')
const launcher = join(root, 'bin/parley.mjs')
const small = join(root, 'examples/findings/tinyframe-overflow.asan.log')
const ownFolder = join(root, 'node_modules')
const systemPath = (process.env['PATH'] ?? '')
  .split(':')
  .filter((part) => !part.startsWith(ownFolder))
  .join(':')

/** Median milliseconds of a command, after two runs that fill the caches. */
function medianMs(node: string, args: readonly string[]): number {
  const times: number[] = []
  for (let run = -2; run < runs; run++) {
    const started = performance.now()
    const { status } = spawnSync(node, args, { env: { ...process.env, PATH: systemPath } })
    if (status !== 0) throw new Error(`${node} ${args.join(' ')} ends with ${status}`)
    if (run >= 0) times.push(performance.now() - started)
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
}

console.log(`machine: ${machineText()}; median of ${runs} runs`)
const system = spawnSync('node', ['-p', 'process.version'], {
  encoding: 'utf8',
  env: { PATH: systemPath },
})
const nodes = [
  ['own Node', process.execPath, process.version],
  ...(system.status === 0 ? [['system Node', 'node', system.stdout.trim()] as const] : []),
] as const
const inMs = (ms: number): string => `${ms.toFixed(0)} ms`
for (const [name, node, version] of nodes) {
  const size = `${name} ${version}`
  const nothing = inMs(medianMs(node, ['-e', '0']))
  const help = medianMs(node, [launcher, '--help'])
  const triage = medianMs(node, [launcher, 'triage', small, '--json', '-'])
  figure('parley --help', inMs(help), { size, limit: `150 ms; Node doing nothing ${nothing}` })
  figure('parley triage of one crash log', inMs(triage), { size })
}
