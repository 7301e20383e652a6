import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import type { Pool } from 'pg'
import { evaluationRoutes } from '#features/evaluation/evaluation.routes.ts'
import { evaluationKeysOf } from '#features/evaluation/evaluation-keys.ts'
import { positionsIn } from '#features/evaluation/order.ts'
import { packOpenKind } from '#features/evaluation/pack-open-approval.ts'
import { sealPack } from '#features/evaluation/pack-seal.ts'
import { encodeSample, type Sample } from '#features/evaluation/sample.ts'
import { encodeEvent, type TranscriptEvent } from '#features/evaluation/transcript.ts'
import { approvalRoutes } from '#features/label/approval.routes.ts'
import { type CommittedPack, commitPack, openingOf } from '#formats/pack/commitment.ts'
import { encodeCommitment, encodeOpening } from '#formats/pack/commitment-document.ts'
import { systemClock } from '#kernel/clock.ts'
import type { Blobs } from '#platform/blobs/blobs.ts'
import { openFolderBlobs } from '#platform/blobs/folder-blobs.ts'
import type { Keys } from '#platform/crypto/keys.ts'
import type { Told } from '../http/org-server.ts'
import { tarOf } from '../tar.ts'
import { DeskWorld, opensAfterMs, personOf, type Who } from './desk-world.ts'

/** Families and difficulties of the tasks of a pack of the tests. */
const strata = [
  ...Array.from({ length: 3 }, () => ({ family: 'crypto', difficulty: 1 })),
  ...Array.from({ length: 2 }, () => ({ family: 'web', difficulty: 2 })),
]

/** A pack as it is committed to, and its salts: tasks are called `task-1` and so on. */
export function packOf(name: string, label = 'TLP:AMBER', version = '1.0.0') {
  const tasks = strata.map((stratum, index) => ({
    ...{ id: `task-${index + 1}`, stratum, weight: 1 },
    entries: [{ kind: 'folder', path: 'files' } as const],
  }))
  const pack: CommittedPack = { name, version, label, tasks }
  const salts = tasks.map((_, index) =>
    createHash('sha256').update(`${name} ${version} ${index}`).digest(),
  )
  const commitment = commitPack(pack, salts)
  const document = JSON.parse(encodeCommitment(commitment))
  const open = async (task: string) => {
    const opening = await openingOf(pack, salts, task)
    assert.ok(opening)
    return JSON.parse(encodeOpening(opening))
  }
  return { commitment, document, salts, open }
}

/** The files of a sealed pack of two holders, by name. */
export async function sealedFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const holders = []
  for (const name of ['ada', 'ben']) {
    const recipient = await identityToRecipient(await generateX25519Identity())
    holders.push({ name, recipient })
  }
  const salts = { root: Buffer.alloc(32, 1), salts: [Buffer.alloc(32, 2)] }
  const sealed = await sealPack({ pack: Buffer.from('a pack'), salts }, holders)
  assert.ok(sealed.ok)
  return sealed.value
}

export const tarOfFiles = (files: Iterable<readonly [string, Uint8Array]>): Buffer =>
  tarOf([...files].map(([name, content]) => ({ name, content: Buffer.from(content) })))

/** What is declared of such a pack: all its tasks, twice each. */
export const declarationOf = (root: string, more: object = {}) => ({
  ...{ kind: 'evaluation-declaration', version: 1, bankRoot: root, protocol: 'agent 1' },
  strata: [
    { name: 'crypto', weight: 0.5, tasksMax: 3 },
    { name: 'web/2', weight: 0.5, tasksMax: 2 },
  ],
  ...{ tokenBudget: 100_000, attempts: 2, threshold: 0.5, alpha: 0.05 },
  ...{ rule: { is: 'sequential', population: 'large-bank' }, orderSeed: 's' },
  missing: 'both-bounds',
  ...more,
})

/** A transcript of so many events, a line each. */
export function transcriptOf(events: number, word = 'said', at = '2026-03-06T11:00:00Z'): string {
  const lines = Array.from({ length: events }, (_, n): TranscriptEvent => {
    return { is: 'note', n, at, text: `${word} ${n}` }
  })
  return lines.map((event) => `${encodeEvent(event)}\n`).join('')
}

/** The places of the tasks of such a pack in the order that such a declaration gives them. */
const positions = positionsIn(
  { orderSeed: 's', strata: declarationOf('').strata },
  strata.map((stratum, index) => ({ id: `task-${index + 1}`, ...stratum })),
)

export const sampleOf = (transcript: string, more: Partial<Sample> = {}): Sample => ({
  position: positions.get(more.task ?? 'task-1') ?? 1,
  ...{ task: 'task-1', epoch: 1, family: 'crypto', difficulty: 1, outcome: 'success', reward: 1 },
  ...{ why: null, tokens: { input: 10, output: 5 }, tokenLimit: 1_000, turns: 2, microUsd: 7 },
  ...{ startedAt: '2026-03-06T11:00:00Z', endedAt: '2026-03-06T11:05:00Z', workingMs: 1_000 },
  contaminations: [],
  transcriptSha256: createHash('sha256').update(transcript).digest('hex'),
  events: transcript.split('\n').length - 1,
  ...more,
})

export const bodyOf = (sample: Sample, transcript: string): Buffer =>
  Buffer.from(`${encodeSample(sample)}\n${transcript}`)

/** Routes of evaluations over a pool and blobs of one's own. */
const routesOver = (pool: Pool, blobs: Blobs, keys: Keys) =>
  evaluationRoutes({ pool, blobs, keys: evaluationKeysOf(keys) })

/** A desk with packs, declarations and runs. */
export class EvaluationWorld implements AsyncDisposable {
  readonly desk: DeskWorld
  readonly blobs: Blobs
  readonly keys: Keys
  readonly folder: string

  private constructor(desk: DeskWorld, made: { blobs: Blobs; keys: Keys; folder: string }) {
    this.desk = desk
    this.blobs = made.blobs
    this.keys = made.keys
    this.folder = made.folder
  }

  static async open(): Promise<EvaluationWorld> {
    const folder = mkdtempSync(join(tmpdir(), 'parley-evaluation-'))
    const later = new Later()
    const desk = await DeskWorld.open(({ pool, keys: engagementKeys }, keys) => {
      later.keys = keys
      return [
        ...routesOver(pool, later.blobs, keys),
        ...approvalRoutes({ pool, kinds: [packOpenKind(engagementKeys)] }),
      ]
    })
    const { keys } = later
    assert.ok(keys)
    const opened = await openFolderBlobs({ folder, keys, clock: systemClock })
    assert.ok(opened.ok)
    later.opened = opened.value
    return new EvaluationWorld(desk, { keys, blobs: opened.value, folder })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.desk[Symbol.asyncDispose]()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Asks, and answers the value of what has to be done. */
  async must(who: Who, call: string, body?: unknown) {
    const told = await this.desk.as(who, call, body === undefined ? {} : { body })
    assert.ok(told.status < 300, `${call}: ${told.status} ${told.text}`)
    return told.text === '' ? null : JSON.parse(told.text)
  }

  /** A pack that eve committed to, handed in and published; ed may fetch it too. */
  async pack(name: string): Promise<{ id: string; root: string }> {
    const { document } = packOf(name)
    const { id } = await this.must('eve', 'POST /v1/packs', document)
    const raw = tarOfFiles(await sealedFiles())
    const told = await this.desk.as('eve', `PUT /v1/packs/${id}/sealed`, { raw })
    assert.equal(told.status, 201, told.text)
    await this.must('eve', `POST /v1/packs/${id}/publication`)
    return { id, root: document.root }
  }

  /** An engagement whose window is not open yet, with a declaration that both agreed to. */
  async declared(name: string, more: object = {}) {
    const pack = await this.pack(name)
    const engagement = await this.desk.agreed([personOf('eve'), personOf('ed')])
    const path = `/v1/engagements/${engagement}/declarations`
    const body = declarationOf(pack.root, more)
    const { digest } = await this.must('eve', `POST ${path}`, body)
    await this.must('dora', `POST ${path}/${digest}/agreement`)
    return { engagement, pack: pack.id, root: pack.root, digest }
  }

  /** The same with the window open, and a run that is queued. */
  async running(name: string, more: object = {}) {
    const declared = await this.declared(name, more)
    this.desk.server.pass(opensAfterMs + 3_600_000)
    const run = await this.begin(declared)
    return { ...declared, run }
  }

  async begin({ engagement, digest, pack }: Declared): Promise<string> {
    const wish = { declaration: digest, pack, seed: '1', roles: { target: 'larch' } }
    const { id } = await this.must('eve', `POST /v1/engagements/${engagement}/runs`, wish)
    return id
  }

  /** A sample that took place just now. */
  sample(transcript: string, more: Partial<Sample> = {}): Sample {
    const now = this.desk.server.now.getTime()
    const [startedAt, endedAt] = [now - 60_000, now - 1_000].map((ms) => new Date(ms).toISOString())
    return sampleOf(transcript, { startedAt: startedAt ?? '', endedAt: endedAt ?? '', ...more })
  }

  push(run: string, sample: Sample, transcript: string): Promise<Told> {
    return this.pushAs('eve', run, { sample, transcript })
  }

  pushAs(who: Who, run: string, { sample, transcript }: Pushing): Promise<Told> {
    const call = `PUT /v1/runs/${run}/samples/${sample.task}/${sample.epoch}`
    return this.desk.as(who, call, { raw: bodyOf(sample, transcript) })
  }
}

type Pushing = { readonly sample: Sample; readonly transcript: string }
type Declared = { readonly engagement: string; readonly digest: string; readonly pack: string }

/** Blobs that are there once the keys are, which the server makes. */
class Later {
  keys: Keys | null = null
  opened: Blobs | null = null
  readonly blobs: Blobs = {
    put: (...given) => this.#there().put(...given),
    open: (...given) => this.#there().open(...given),
    has: (...given) => this.#there().has(...given),
    delete: (...given) => this.#there().delete(...given),
    list: () => this.#there().list(),
  }

  #there(): Blobs {
    assert.ok(this.opened)
    return this.opened
  }
}
