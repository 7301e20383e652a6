import { saveAdvisories } from '#features/case/advisory.store.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { enqueue, Jobs } from '#platform/jobs/jobs.ts'
import type { ExitCode } from '../exit.ts'
import { eachPublicFile } from '../known.ts'
import { print } from '../output.ts'
import { progressFor } from '../reading.ts'
import { onInstance, type ServiceOptions } from './command.ts'
import { queues } from './queues.ts'

/** A CVE list has hundreds of thousands of files: each transaction takes so many records. */
const recordsAtOnce = 5_000

/** `parley advisories import FILES...`: takes public records over, and ranks what they touch. */
export const runAdvisories = (
  names: readonly string[],
  options: ServiceOptions,
): Promise<ExitCode> =>
  onInstance(options, async ({ pool, clock, queueUrl, log }) => {
    const now = clock.now()
    const progress = progressFor(false)
    const total = { records: 0, changed: 0 }
    const code = await eachPublicFile(names, async ({ file }) => {
      if (file === null) return
      const all = file.findings ?? []
      for (let at = 0; at === 0 || at < all.length; at += recordsAtOnce) {
        const { findings: _, ...rest } = at === 0 ? file : { name: file.name, findings: [] }
        const part = { ...rest, findings: all.slice(at, at + recordsAtOnce) }
        const saved = await asActor(pool, systemActor, async (tx) => {
          const kept = await saveAdvisories(tx, part, now)
          const fields = { records: `${kept.records}`, changed: `${kept.changed}` }
          const of = { kind: 'advisories', record: file.name, fields } as const
          await record(tx, [{ at: now, action: 'advisories.import', ...of }])
          return kept
        })
        total.records += saved.records
        total.changed += saved.changed
        progress.tell(`Importing: ${total.records} records, ${file.name}`)
      }
    })
    progress.end()
    if (total.changed > 0) {
      // The queue may not be there yet, when no service has run so far.
      const jobs = new Jobs({ url: queueUrl, queues, log: ({ says }) => log.warn(says) })
      await jobs.open()
      await jobs.close()
      const since = `since_${now.getTime()}`
      await asActor(pool, systemActor, (tx) => enqueue(tx, 'recheck-cases', since))
    }
    print([`${total.records} public records read, ${total.changed} new or changed.`])
    return code
  })
