import { loadImport, mustWait } from '#features/report/import.store.ts'
import type { ReadItem } from '#features/report/import.ts'
import { ImportReading, type ReadingParts } from '#features/report/import-reading.ts'
import { contentOwner } from '#features/report/incoming.ts'
import { BlobUnreadable } from '#platform/blobs/blobs.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { JobFailure, type Work } from '#platform/jobs/jobs.ts'
import { type ProcessOptions, ReaderBroke } from './import-process.ts'
import { readDocument } from './import-reader.ts'

export type ImportJobParts = ReadingParts & {
  /** How documents are read; as `readDocument` does unless said otherwise. */
  readonly decode?: (options: ProcessOptions) => AsyncIterable<ReadItem>
  readonly memoryMiB?: number
}

const memoryMiBDefault = 2_048

/** A document is blamed when its reader broke off once more; the queue tries more often. */
const breaksMax = 3

/** Reads one import and turns its findings into reports; what was read before is not read twice. */
export function readImport(parts: ImportJobParts): Work {
  /** How often the process that reads an import broke off before. */
  const broken = new Map<string, number>()
  return async (id, signal) => {
    const of = await asActor(parts.pool, systemActor, async (tx) => {
      const found = await loadImport(tx, id)
      if (found === null || (found.state !== 'stored' && found.state !== 'reading')) return null
      // Whoever ends the earlier one asks for this one.
      return (await mustWait(tx, found)) ? null : found
    })
    if (of === null) return
    const { name, format, series, blob, organisation } = of
    const options: ProcessOptions = {
      ...{ name, format, series, signal, isLastTry: (broken.get(id) ?? 0) >= breaksMax },
      content: parts.blobs.open(blob, contentOwner(organisation)),
      memoryMiB: parts.memoryMiB ?? memoryMiBDefault,
    }
    const { sizeBytes } = blob
    const items = parts.decode ? parts.decode(options) : readDocument({ ...options, sizeBytes })
    try {
      const isRead = await new ImportReading(parts, of).run(items)
      // Who is ahead may have died since: another look, a little later, goes on or finds it read.
      if (!isRead) throw new JobFailure('another process is ahead in reading it')
    } catch (error) {
      if (error instanceof ReaderBroke) broken.set(id, (broken.get(id) ?? 0) + 1)
      if (!(error instanceof BlobUnreadable)) throw error
      throw new JobFailure(`the document of the import ${error.refusal.why}`, { cause: error })
    }
  }
}
