// A worker as tools and measurements need it: its proofs take a moment and show what they always
// show, or are run in the sandbox of this machine. What it is to do stands in its arguments.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { Proved } from '#features/proof/prove.ts'
import { systemClock } from '#kernel/clock.ts'
import { no, yes } from '#kernel/result.ts'
import { openWorkplace } from '../../src/main/service/instance.ts'
import { sandboxProver } from '../../src/main/service/prover.ts'
import { type Prover, Proving } from '../../src/main/service/proving.ts'
import { settingsOf } from '../../src/platform/config/settings.ts'
import { silentLog } from '../../src/platform/log/log.ts'
import { isolationFacts } from '../../test/db/proofs.ts'

const [
  appUrl = '',
  queueUrl = '',
  data = '',
  name = '',
  slots = '1',
  tookMs = '50',
  leaseMs = '2000',
] = process.argv.slice(2)
const settings = settingsOf({
  ...{ PARLEY_DATA: data, PARLEY_WORKER_NAME: name, PARLEY_PROOF_SLOTS: slots },
})
if (!settings.ok) throw new Error('the settings of a worker do not fit')
const log = silentLog
const opened = await openWorkplace(
  { settings: settings.value, clock: systemClock, log },
  { appUrl, queueUrl },
)
if (!opened.ok) throw new Error(opened.refusal.why)

/** What a proof shows follows from its bytes alone, so that a wrong verdict can be told. */
const provedOf = (archive: Buffer): Proved => ({
  ...{ level: 'E3', runs: { met: 3, of: 3 }, crash: null, patch: null, attempts: [], missing: [] },
  steps: [{ level: 'E3', isReached: true, why: 'all of them showed it' }],
  environment: createHash('sha256').update(archive).digest('hex'),
  isolation: isolationFacts,
})

const pretended: Prover = {
  read: async () => no([]),
  probe: async () => yes(isolationFacts),
  prove: async ({ archive }, signal) => {
    const bytes = await readFile(archive)
    const ms = Number(tookMs) * (0.5 + Math.random())
    await pause(ms, undefined, { signal }).catch(() => undefined)
    return yes(provedOf(bytes))
  },
}

const prover = tookMs === 'sandbox' ? sandboxProver(opened.value) : pretended
const times = { leaseMs: Number(leaseMs), lookEachMs: 50, probeEachMs: 1_000 }
const proving = new Proving(opened.value, { version: 'trial', prover }, times)
proving.begin()
process.once('SIGTERM', () => {
  void proving.end().then(() => process.exit())
})
process.send?.('ready')
