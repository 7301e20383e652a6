// `node bench/proofs.ts [rounds]`: proofs an hour in the sandbox of this machine with four workers,
// each with its build, three fresh runs, control, variants, mutants, tests and patch; and how long
// it takes until another worker has what a killed one ran, with the lease that workers have.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { root } from '../test/root.ts'
import { beginWorker, openIn, ProofField } from '../tools/crash/proof-field.ts'
import { proofRounds } from '../tools/crash/proof-rounds.ts'
import { startPostgres } from '../tools/postgres.mjs'
import { figure, machineText } from './machine.ts'

const rounds = Number(process.argv[2] ?? 4)
const workers = 4
const names = ['py-path-traversal', 'js-prototype-pollution', 'sh-injection', 'c-heap-overflow']

const bundleOf = (name: string): Buffer =>
  execFileSync('tar', ['-czf', '-', '-C', join(root, 'test', 'proofs', name), '.'])

console.log(machineText())
const server = process.env['PARLEY_TEST_DATABASE'] ? null : await startPostgres(null)
if (server) process.env['PARLEY_TEST_DATABASE'] = server.url
try {
  await throughput()
  await failOver()
} finally {
  await server?.stop()
}

async function throughput(): Promise<void> {
  const packed = names.map(bundleOf)
  await using field = await ProofField.open(Array.from({ length: rounds }, () => packed).flat())
  const count = rounds * names.length
  const wish = { slots: 1, tookMs: null, leaseMs: 15_000 }
  const began = performance.now()
  const running = await Promise.all(
    Array.from({ length: workers }, (_, at) => beginWorker(field, { ...wish, name: `bench${at}` })),
  )
  try {
    while ((await openIn(field)) > 0) await pause(100)
  } finally {
    for (const { child } of running) child.kill('SIGKILL')
  }
  const seconds = (performance.now() - began) / 1000
  const { rows } = await asActor(field.pool, systemActor, (tx) =>
    sql<{ level: string | null; count: number }>`select level, count(*) as count
      from parley.proof_run group by 1 order by 1`.execute(tx),
  )
  const levels = rows.map(({ level, count: many }) => `${many} at ${level ?? 'none'}`).join(', ')
  const rate = ((count / seconds) * 3_600).toFixed(0)
  const size = `${count} proofs in ${seconds.toFixed(0)} s, ${workers} workers: ${levels}`
  figure('proofs an hour, each with its patch', rate, { size })
}

async function failOver(): Promise<void> {
  const wish = { workers: 2, slots: 1, proofs: 40, kills: 3, tookMs: 2_000, leaseMs: 15_000 }
  const { failOverMs, lost, doubled } = await proofRounds(wish, () => {})
  const longest = `${(Math.max(0, ...failOverMs) / 1000).toFixed(1)} s`
  const size = `longest of ${failOverMs.length}, a lease of 15 s; lost ${lost}, doubled ${doubled}`
  figure('until another worker has the run of a killed one', longest, { size })
}
