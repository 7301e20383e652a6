// What a runner takes while a thousand attempts wait on a slow model: the model is a scripted
// endpoint in this process, the runner is the command in a process of its own.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { loadavg, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { figure, machineText } from './machine.ts'

const attempts = Number(process.argv[2] ?? 1_000)
const answerMs = 3_000
const turns = 4
const words = 'Step by step, what the file holds and what follows from it. '.repeat(340)

const folder = mkdtempSync(join(tmpdir(), 'parley-bench-runner-'))
let inFlight = 0
let mostInFlight = 0
let answered = 0

/** Words for some turns, then a refusal: no sandbox is needed to judge that. */
const server = createServer((request, response) => {
  inFlight++
  mostInFlight = Math.max(mostInFlight, inFlight)
  let text = ''
  request.setEncoding('utf8').on('data', (piece: string) => {
    text += piece
  })
  request.on('end', () => {
    const turn = text.split('"role":"assistant"').length
    const message = turn < turns ? { content: words } : { content: null, refusal: 'No.' }
    const usage = { prompt_tokens: 5_000, completion_tokens: 5_000 }
    const body = JSON.stringify({ choices: [{ message, finish_reason: 'stop' }], usage })
    setTimeout(() => {
      inFlight--
      answered++
      response.setHeader('content-type', 'application/json').end(body)
    }, answerMs)
  })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
const address = server.address()
const port = typeof address === 'object' && address !== null ? address.port : 0

const files: Readonly<Record<string, string>> = {
  'pack/pack.yaml':
    'parley: pack/1\nname: bench\nversion: 1.0.0\nlabel: TLP:CLEAR\ntasks: [wait]\n',
  'pack/tasks/wait/task.yaml': `parley: pack-task/1
title: Wait
stratum: { family: wait, difficulty: 1 }
canary: 8d5c2f0e-7a43-4f1e-9b6d-2c1a0f3e4d5b
instruction: Wait.
tools: [shell]
limits: { tokens: 1000000, turns: 20, seconds: 3600, memory-mib: 64 }
verifier: { files: verifier, command: [sh, /parley/in/verify.sh] }
solution: { files: solution }
`,
  'pack/tasks/wait/verifier/verify.sh': 'echo 0\n',
  'pack/tasks/wait/solution/answer.txt': '1\n',
  'scaffold.yaml':
    'parley: scaffold/1\nname: bench\nsystem: Wait.\nwithout-call: { text: Go on., times: 10 }\n',
}
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}

const launcher = fileURLToPath(new URL('../bin/parley.mjs', import.meta.url))
const run = [
  ...['eval', 'run', join(folder, 'pack'), '--to', join(folder, 'run'), '--model', 'larch'],
  ...['--base-url', `http://127.0.0.1:${port}/v1`, '--scaffold', join(folder, 'scaffold.yaml')],
  ...['--epochs', String(attempts), '--concurrency', String(attempts)],
]
console.log(`${machineText()}, load ${loadavg()[0]?.toFixed(1)}`)
const begun = performance.now()
const child = spawn(process.execPath, [launcher, ...run], { stdio: ['ignore', 'pipe', 'inherit'] })
let said = ''
child.stdout.on('data', (piece: Buffer) => {
  said += piece.toString()
})
let peakKib = 0
const watching = setInterval(() => {
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    peakKib = Math.max(peakKib, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0))
  } catch {
    // It has ended between two looks.
  }
}, 100)
const [code] = await once(child, 'close')
clearInterval(watching)
const seconds = (performance.now() - begun) / 1_000
server.closeAllConnections()
server.close()
rmSync(folder, { recursive: true, force: true })
if (code !== 0) throw new Error(`the run ended with ${code}: ${said}`)
figure(
  `${attempts} attempts of ${turns} turns, peak memory`,
  `${(peakKib / 1024).toFixed(0)} MiB`,
  {
    size: `${mostInFlight} requests in flight at most, load ${loadavg()[0]?.toFixed(1)}`,
    limit: '500 MiB',
  },
)
figure('  attempts a second', (attempts / seconds).toFixed(1), {
  size: `${seconds.toFixed(0)} s; each answer of ${words.length} characters took ${answerMs} ms`,
})
figure('  answers a second', (answered / seconds).toFixed(0), { size: `${answered} answers` })
