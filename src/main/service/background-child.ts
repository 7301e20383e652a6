// Does the background work of a process in a thread of its own. Requests come first: where both
// want the processor at the same moment, this waits.
import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { assert } from '#kernel/assert.ts'
import { systemClock } from '#kernel/clock.ts'
import { waitBehind } from '#platform/jobs/politeness.ts'
import { openLog } from '#platform/log/log.ts'
import { Background } from './background.ts'
import { settingsFor } from './command.ts'
import { openWorkplace, type Workplace } from './instance.ts'
import { sandboxProver } from './prover.ts'

const Given = z.strictObject({
  ...{ data: z.string(), appUrl: z.string(), queueUrl: z.string(), isPretty: z.boolean() },
})

/** What a thread is begun with; the rest it reads from the environment, as the process did. */
export type BackgroundGiven = z.infer<typeof Given>

const { data, isPretty, ...logins } = Given.parse(workerData)
const port = parentPort
assert(port !== null, 'this runs in a thread')
// Elsewhere a priority is that of the whole process.
if (process.platform === 'linux') waitBehind()

const settings = settingsFor({ data })
assert(settings !== null, 'the process has read the same settings')
const log = openLog({ level: settings.logLevel, clock: systemClock, isPretty })
const opened = await openWorkplace({ settings, clock: systemClock, log }, logins)
if (!opened.ok) throw new Error([opened.refusal.at, opened.refusal.why].join(' '))

const background = new Background(opened.value, sandboxProver(opened.value), (reports, seconds) => {
  port.postMessage({ is: 'placed', reports, seconds })
})
port.once('message', () => void end(opened.value))
await background.begin()
port.postMessage({ is: 'ready' })

async function end(workplace: Workplace): Promise<void> {
  try {
    await background.close()
    await workplace.close()
  } finally {
    process.exit()
  }
}
