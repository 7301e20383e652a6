import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { createCases } from '#features/case/case.store.ts'
import { makeToken } from '#features/org/org.store.ts'
import type { Role } from '#features/org/role.ts'
import { handInRoutes } from '#features/proof/hand-in.routes.ts'
import type { BundleReader } from '#features/proof/hand-in.ts'
import { runHeld } from '#features/proof/proof.jobs.ts'
import { proofRoutes } from '#features/proof/proof.routes.ts'
import { proofKeysOf } from '#features/proof/proof-keys.ts'
import { proofRunRoutes } from '#features/proof/proof-run.routes.ts'
import { claimRun } from '#features/proof/proof-run.store.ts'
import type { Proved } from '#features/proof/prove.ts'
import { workerRoutes } from '#features/proof/worker.routes.ts'
import { clockAt } from '#kernel/clock.ts'
import { no, yes } from '#kernel/result.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { openFolderBlobs } from '#platform/blobs/folder-blobs.ts'
import { type Keys, randomKey } from '#platform/crypto/keys.ts'
import { asActor, systemActor, type Tx } from '#platform/db/as-actor.ts'
import { evidenceChanged } from '../../src/main/service/proving.ts'
import { OrgServer } from '../http/org-server.ts'
import { isolationFacts, workerOf } from './proofs.ts'
import { storeReports } from './reports.ts'

const clock = clockAt('2026-11-21T12:00:00Z')
const root: Keys = { is: 'root', all: [randomKey()] }
const keys = proofKeysOf(root)
const signer = generateKeyPairSync('ed25519')

/** A bundle is a line of text here: what is read of it, or why it is none. */
const read: BundleReader = async (archive) => {
  const text = (await readFile(archive)).toString()
  if (text.startsWith('hostile')) {
    return no([{ pointer: '/\u001b[2Jrun', detail: `\u202e\n${'x'.repeat(5_000)}` }])
  }
  if (text.startsWith('full')) {
    throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' })
  }
  if (text.startsWith('bad')) return no([{ pointer: '/oracle/kind', detail: 'is no oracle' }])
  return yes({
    patch: '--- a/x\n+++ b/x\n',
    bundle: {
      ...{ title: `Overflow ${text}`, proposed: text.startsWith('guess') ? 'a guess' : null },
      target: { purl: 'pkg:generic/reader@1.0', source: { kind: 'folder', path: 'src' } },
      ...{ location: null, environment: { kind: 'host', tools: {} }, build: [], benign: null },
      run: { kind: 'command', command: ['./reader'], input: { kind: 'none' } },
      oracle: { kind: 'signal', signal: 'SIGSEGV' },
      ...{ variants: [], patch: 'fix.patch', tests: [], finder: { name: 'Heron', model: null } },
      limits: {
        ...{ buildSeconds: 1, runSeconds: 1, memoryMiB: 1, processes: 1, diskMiB: 1 },
        outputMiB: 1,
      },
      authorisation: { statement: 'It is ours.', by: 'Heron' },
    },
  })
}

/** What a run showed, where a test does not say. */
export const proved: Proved = {
  ...{ level: 'E3', runs: { met: 3, of: 3 }, missing: ['a patch'], attempts: [], patch: null },
  steps: [{ level: 'E3', isReached: true, why: '3 of 3 fresh runs showed it' }],
  crash: { kind: 'SEGV', frames: [{ function: 'read_chunk', file: 'x.c', line: 3 }] },
  ...{ environment: 'cd'.repeat(32), isolation: isolationFacts },
}

export type Who = 'coordinator' | 'triager' | 'mine' | 'theirs' | 'reader'
export type Reported = {
  readonly no: number
  readonly receipt: string
  readonly case: string
  readonly organisation: string
}

/** A server of proofs: `mine` handed the reports in, `theirs` is of another organisation. */
export class ProofServer implements AsyncDisposable {
  readonly server: OrgServer
  readonly tokens: Readonly<Record<Who, string>>
  readonly #folder: string
  readonly #blobs: Blobs

  constructor(
    server: OrgServer,
    tokens: Readonly<Record<Who, string>>,
    { folder, blobs }: { readonly folder: string; readonly blobs: Blobs },
  ) {
    this.server = server
    this.tokens = tokens
    this.#folder = folder
    this.#blobs = blobs
  }

  static async open(): Promise<ProofServer> {
    const folder = mkdtempSync(join(tmpdir(), 'parley-proof-server-'))
    const opened = await openFolderBlobs({ folder: join(folder, 'blobs'), keys: root, clock })
    assert.ok(opened.ok)
    const { value: blobs } = opened
    const server = await OrgServer.open({
      keys: root,
      further: (pool) => [
        ...handInRoutes({ pool, blobs, clock, keys, read, scratch: join(folder, 'scratch') }),
        ...proofRoutes({ pool, blobs, keys, evidenceChanged: evidenceChanged({ clock }) }),
        ...proofRunRoutes({ pool, keys }),
        ...workerRoutes({ pool }),
      ],
    })
    const tokens = await asActor(server.database.app, systemActor, async (tx) => {
      const made = async (organisation: string, role: Role): Promise<string> => {
        const wish = { name: role, role, days: 10, owner: server.person, organisation }
        return (await makeToken(tx, wish, server.now)).token
      }
      return {
        coordinator: await made('Harbour CERT', 'coordinator'),
        triager: await made('Harbour CERT', 'triager'),
        reader: await made('Harbour CERT', 'reader'),
        mine: await made('Heron Lab', 'finder'),
        theirs: await made('Basalt', 'finder'),
      }
    })
    return new ProofServer(server, tokens, { folder, blobs })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  asSystem<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return asActor(this.server.database.app, systemActor, work)
  }

  /** A report of Heron Lab, in a case of its own. */
  reported(): Promise<Reported> {
    return this.asSystem(async (tx) => {
      const { rows } = await sql<{ id: string }>`
        select id from parley.organisation where name = 'Heron Lab'`.execute(tx)
      const organisation = rows[0]?.id ?? ''
      const [no = 0] = await storeReports(tx, [{ organisation }])
      const [id = ''] = await createCases(tx, [{ reports: [no], ties: [] }], { clock })
      const { receipt } = await tx
        .selectFrom('parley.report')
        .select('receipt')
        .where('no', '=', no)
        .executeTakeFirstOrThrow()
      return { no, receipt, case: id, organisation }
    })
  }

  ask(who: Who, call: string, body?: unknown) {
    return this.server.ask(call, { token: this.tokens[who], ...(body !== undefined && { body }) })
  }

  /** Sends an archive. */
  send(who: Who, call: string, bytes: string) {
    return this.server.ask(call, { token: this.tokens[who], raw: Buffer.from(bytes) })
  }

  /** Hands in a proof of a report; answers its id. */
  async handedIn({ receipt }: Reported, bytes = randomBytes(6).toString('hex')): Promise<string> {
    const told = await this.send('mine', `PUT /v1/submissions/${receipt}/proof`, bytes)
    assert.equal(told.status, 201, told.text)
    return JSON.parse(told.text).id
  }

  /** Registers a worker of this name; answers its id. */
  worker(name: string): Promise<string> {
    return this.asSystem((tx) => workerOf(tx, name, { publicKey: publicKeyOf(name) }))
  }

  /** Runs the next that waits, with an outcome that is given; null where nothing does. */
  async runNext(name: string, outcome: Proved): Promise<string | null> {
    const id = await this.worker(name)
    const run = await this.asSystem((tx) => claimRun(tx, id, { leaseMs: 20_000 }))
    if (run === null) return null
    const publicKey = publicKeyOf(name)
    const parts = {
      ...{ pool: this.server.database.app, blobs: this.#blobs, clock, keys },
      ...{ scratch: join(this.#folder, 'scratch'), signer: signer.privateKey },
      self: {
        ...{ id, name, host: 'here', publicKey, version: '1', slots: 1, ceiling: 0 },
        ...{ compartments: [], isolation: yes(isolationFacts) },
      },
      ...{ prove: async () => yes(outcome), evidenceChanged: evidenceChanged({ clock }) },
      onShown: async () => undefined,
    }
    return (await runHeld(parts, run, new AbortController().signal)).is
  }

  /** Runs what waits; answers how much that was. */
  async runAll(outcome: Proved): Promise<number> {
    for (let count = 0; ; count++) {
      const is = await this.runNext('one', outcome)
      if (is === null) return count
      assert.equal(is, 'done')
    }
  }

  async evidenceOf(of: string): Promise<string> {
    const { evidence } = await this.asSystem((tx) =>
      tx
        .selectFrom('parley.vulnerability_case')
        .select('evidence')
        .where('id', '=', of)
        .executeTakeFirstOrThrow(),
    )
    return evidence
  }
}

const pem = signer.publicKey.export({ type: 'spki', format: 'pem' }).toString()

/** One key signs for all; what is told of it says whose it is. */
const publicKeyOf = (name: string): string => (name === 'one' ? pem : `${pem}${name}`)
