import { randomInt } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  checkDocuments,
  checkFiles,
  checkFindings,
  checkReports,
  type Damage,
  untilRead,
} from './crash-check.ts'
import { CrashLoad, type SentDocument, type SentReport, type Target } from './crash-load.ts'
import { CrashedService, type KillKind } from './crashed.ts'

/** What a kind of kill did, over all its rounds. */
export type Tally = {
  rounds: number
  reports: number
  documents: number
  /** Sent again after the kill, because no answer had come. */
  repeated: number
  lost: number
  doubled: number
}

export type CrashResult = {
  readonly tallies: ReadonlyMap<KillKind, Tally>
  /** Findings of acknowledged documents, and what of them is not there once. */
  readonly findings: number
  readonly end: Damage
  readonly seconds: number
}

export const kinds: readonly KillKind[] = ['server', 'postgres', 'both']

export type CrashOptions = {
  readonly tell?: (line: string) => void
  /** Ends the rounds early; what they did is checked and told all the same. */
  readonly signal?: AbortSignal
}

/** The kill comes within so long of the first acknowledgement. */
const untilKillMsMax = 400
const untilTakenMsMax = 2_000

/**
 * Kills what takes reports in, over and over, at random moments while reports and documents come,
 * and checks after each start that what was acknowledged is there, once.
 */
export async function crashRounds(
  rounds: number,
  { tell, signal }: CrashOptions = {},
): Promise<CrashResult> {
  const begun = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'parley-crash-'))
  const service = await CrashedService.in(join(folder, 'data'))
  const tallies = new Map(kinds.map((kind) => [kind, newTally()]))
  const all: { reports: SentReport[]; documents: SentDocument[] } = { reports: [], documents: [] }
  try {
    await service.start()
    const target = { url: service.url, token: await tokenOf(service) }
    for (let round = 0; round < rounds && !signal?.aborted; round++) {
      const kind = kinds[round % kinds.length] ?? 'server'
      const load = await oneRound(service, target, kind)
      const tally = tallies.get(kind)
      if (tally) await settle(service, load, tally)
      all.reports.push(...load.reports)
      all.documents.push(...load.documents)
      if ((round + 1) % 50 === 0) tell?.(`${round + 1} of ${rounds} rounds`)
    }
    await untilRead(service, 60_000)
    const ends = [
      await damageOf(service, all),
      await checkFindings(service, all.documents),
      await checkFiles(service),
    ]
    const end = {
      lost: ends.flatMap(({ lost }) => lost),
      doubled: ends.flatMap(({ doubled }) => doubled),
    }
    await service.stop()
    const findings = all.documents.reduce((sum, one) => sum + (one.import ? one.findings : 0), 0)
    return { tallies, findings, end, seconds: (performance.now() - begun) / 1000 }
  } finally {
    await service.kill('both').catch(() => undefined)
    await pause(500)
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 200 })
  }
}

const newTally = (): Tally => ({
  ...{ rounds: 0, reports: 0, documents: 0, repeated: 0, lost: 0, doubled: 0 },
})

/** Load, a kill in the middle of it, and whatever it takes to serve again. */
async function oneRound(
  service: CrashedService,
  target: Target,
  kind: KillKind,
): Promise<CrashLoad> {
  const load = new CrashLoad(target)
  const running = load.run()
  await Promise.race([load.untilTaken(), pause(untilTakenMsMax)])
  await pause(randomInt(untilKillMsMax))
  await service.kill(kind)
  load.stop()
  if (service.isDown) await service.start()
  await running
  await service.untilReady()
  return load
}

async function settle(service: CrashedService, load: CrashLoad, tally: Tally): Promise<void> {
  const { reports, documents } = load
  tally.rounds++
  tally.reports += reports.filter(({ receipt }) => receipt !== null).length
  tally.documents += documents.filter((one) => one.import !== null).length
  const before = await damageOf(service, load)
  const open = reports.filter(({ receipt, key }) => receipt === null && key !== null).length
  tally.repeated += open + documents.filter((one) => one.import === null).length
  await load.repeat()
  const after = await damageOf(service, load)
  tally.lost += new Set([...before.lost, ...after.lost]).size
  tally.doubled += new Set([...before.doubled, ...after.doubled]).size
}

async function damageOf(
  service: CrashedService,
  sent: Pick<CrashLoad, 'reports' | 'documents'>,
): Promise<Damage> {
  const [one, two] = [
    await checkReports(service, sent.reports),
    await checkDocuments(service, sent.documents),
  ]
  return { lost: [...one.lost, ...two.lost], doubled: [...one.doubled, ...two.doubled] }
}

/** Opens a session with the link that was printed, and makes a token with it. */
export async function tokenOf({ url, link }: CrashedService): Promise<string> {
  const json = { 'content-type': 'application/json', 'x-requested-by': 'parley' }
  const origin = { origin: url }
  const opened = await fetch(`${url}/v1/session`, {
    method: 'POST',
    headers: { ...json, ...origin },
    body: JSON.stringify({ link }),
  })
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
  const wish = { name: 'crash', organisation: 'Crash Lab', role: 'finder', days: 1 }
  const made = await fetch(`${url}/v1/tokens`, {
    method: 'POST',
    headers: { ...json, ...origin, cookie },
    body: JSON.stringify(wish),
  })
  const { token } = Object(await made.json())
  if (typeof token !== 'string') throw new Error(`no token: ${opened.status} ${made.status}`)
  return token
}
