import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import type { ProofRefusal, Proved } from '#features/proof/prove.ts'
import { systemClock } from '#kernel/clock.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { settingsOf } from '#platform/config/settings.ts'
import { silentLog } from '#platform/log/log.ts'
import { type Instance, openInstance } from '../../src/main/service/instance.ts'
import { Proving } from '../../src/main/service/proving.ts'
import { isolationFacts } from '../db/proofs.ts'
import { testServer } from '../db/server.ts'

async function asSuperuser(...queries: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: await testServer() })
  await client.connect()
  try {
    for (const query of queries) await client.query(query)
  } finally {
    await client.end()
  }
}

/**
 * A worker of the product on the instance of a test, whose sandbox shows what the test says: all
 * that is around a run is real, and nothing is run.
 */
export class ProofBench {
  readonly #name = `parley_bench_${randomBytes(5).toString('hex')}`
  readonly #data: string
  readonly #shows: (Proved | ProofRefusal)[] = []
  #env: Readonly<Record<string, string>> = {}
  #instance: Instance | null = null
  #proving: Proving | null = null

  constructor(data: string) {
    this.#data = data
  }

  /** A database of its own; with what it answers the server runs no proofs by itself. */
  async prepare(): Promise<Readonly<Record<string, string>>> {
    const password = randomBytes(9).toString('hex')
    await asSuperuser(
      `create role ${this.#name} login password '${password}' createrole`,
      `create database ${this.#name} owner ${this.#name} encoding utf8 template template0`,
    )
    const own = new URL(await testServer())
    Object.assign(own, { username: this.#name, password, pathname: `/${this.#name}` })
    const groups = 'parley_app, parley_queue, parley_keeper'
    await asSuperuser(`grant ${groups} to ${this.#name} with admin option`).catch(() => undefined)
    this.#env = { DATABASE_URL: own.href, PARLEY_PROOFS: '0' }
    return this.#env
  }

  /** What the next run shows. */
  next(shows: Proved | ProofRefusal): void {
    this.#shows.push(shows)
  }

  /** Begins to take proofs, once the server is there. */
  async begin(): Promise<void> {
    const settings = settingsOf({
      ...this.#env,
      ...{ PARLEY_DATA: this.#data, PARLEY_WORKER_NAME: 'bench-1' },
    })
    if (!settings.ok) assert.fail(JSON.stringify(settings.refusal))
    const parts = { settings: settings.value, clock: systemClock, log: silentLog }
    const instance = await openInstance(parts)
    if (!instance.ok) assert.fail(instance.refusal.why)
    this.#instance = instance.value
    const prover = { prove: () => this.#prove(), probe: async () => yes(isolationFacts) }
    const times = { leaseMs: 15_000, lookEachMs: 100, probeEachMs: 60_000 }
    this.#proving = new Proving(instance.value, { prover, version: '0.1.0' }, times)
    this.#proving.begin()
  }

  async #prove(): Promise<Result<Proved, ProofRefusal>> {
    await pause(300)
    const shows = this.#shows.shift()
    assert.ok(shows, 'nobody said what it shows')
    return 'isHere' in shows ? no(shows) : yes(shows)
  }

  async end(): Promise<void> {
    await this.#proving?.end()
    await this.#instance?.close()
  }

  /** Removes the database, once nothing of the test uses it. */
  async drop(): Promise<void> {
    await asSuperuser(`drop database if exists ${this.#name} with (force)`)
    for (const role of [`${this.#name}_login_app`, `${this.#name}_login_queue`, this.#name]) {
      await asSuperuser(`drop role if exists ${role}`)
    }
  }
}

type Attempt = Proved['attempts'][number]

const attempt = (name: string, is: Attempt['is'], more: Partial<Attempt> = {}): Attempt => ({
  ...{ name, is, purpose: 'proof', isPatched: false, tookMs: 38 },
  why: is === 'met' ? 'AddressSanitizer told of a heap-buffer-overflow in capitals' : 'it exited',
  output: is === 'met' ? report : 'THE SHORT TITLE\n',
  ...more,
})

/** What a program under test may write: markup, and signs that turn the reading direction. */
const report = [
  '==1==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000018',
  'WRITE of size 1 at 0x602000000018 thread T0',
  '    #2 0x55d0 in capitals label.c:12',
  '<img src=x onerror=alert(1)> \u202Eevil\u202C </pre><script>alert(2)</script>',
].join('\n')

const crash: Proved['crash'] = {
  kind: 'heap-buffer-overflow',
  frames: [
    { function: '__asan_memcpy' },
    { function: '__interceptor_strcpy' },
    { function: 'capitals', file: 'label.c', line: 12 },
    { function: 'print_label', file: 'label.c', line: 31 },
    { function: 'main', file: 'label.c', line: 44 },
    { function: '__libc_start_call_main' },
    { function: '__libc_start_main' },
    { function: '_start' },
    { function: '__asan_init' },
  ],
}

const common = { crash, environment: 'c0ffee'.repeat(10).slice(0, 64), isolation: isolationFacts }
const located = { level: 'E1', isReached: true, why: 'capitals is in label.c' } as const
const complete = {
  ...({ level: 'E2', isReached: true } as const),
  why: 'everything that a run needs is there',
}
const flakyWhy =
  '2 of 3 fresh runs showed it: run 2 of 3 ended before the flaw could be reached, with exit code 0'
const patchWhy = 'the proof still shows the flaw with the patch'

/** One of three runs did not show it, and its patch does not help. */
export const shownFlaky: Proved = {
  ...common,
  level: 'E2',
  runs: { met: 2, of: 3 },
  steps: [
    ...[located, complete],
    { level: 'E3', isReached: false, why: flakyWhy },
    { level: 'E4', isReached: false, why: patchWhy },
  ],
  missing: ['run 2 of 3 ended before the flaw could be reached, with exit code 0'],
  attempts: [
    attempt('run 1 of 3', 'met'),
    attempt('run 2 of 3', 'not-met'),
    attempt('run 3 of 3', 'met'),
    attempt('the benign control', 'not-met', { purpose: 'benign' }),
    attempt('a very long title', 'met', { purpose: 'variant' }),
    attempt('the input without its last byte', 'unclear', { purpose: 'mutant' }),
    attempt('the proof', 'met', { isPatched: true }),
  ],
  patch: {
    verdict: 'does not fix',
    why: patchWhy,
    notes: ['it changes nothing of the function that crashes'],
  },
}

const fixedWhy = 'with the patch nothing shows the flaw, and tests and benign control still pass'

/** Every run showed it, and the patch ends that. */
export const shownFixed: Proved = {
  ...common,
  level: 'E4',
  runs: { met: 3, of: 3 },
  steps: [
    ...[located, complete],
    { level: 'E3', isReached: true, why: '3 of 3 fresh runs showed it' },
    { level: 'E4', isReached: true, why: fixedWhy },
  ],
  missing: [],
  attempts: [
    ...['run 1 of 3', 'run 2 of 3', 'run 3 of 3'].map((name) => attempt(name, 'met')),
    attempt('the benign control', 'not-met', { purpose: 'benign' }),
    attempt('the proof', 'not-met', { isPatched: true }),
    attempt('the benign control', 'not-met', { purpose: 'benign', isPatched: true }),
  ],
  patch: { verdict: 'fixes', why: fixedWhy, notes: [] },
}
