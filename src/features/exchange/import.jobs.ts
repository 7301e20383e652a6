import { loadImport, mustWait } from '#features/report/import.store.ts'
import type { ReadItem } from '#features/report/import.ts'
import { ImportReading, type ReadingParts } from '#features/report/import-reading.ts'
import { contentOwner } from '#features/report/incoming.ts'
import { BlobUnreadable } from '#platform/blobs/blobs.ts'
import { asActor, systemActor } from '#platform/db/as-actor.ts'
import { JobFailure, type Work } from '#platform/jobs/jobs.ts'
import { decodeApart, type ProcessOptions, ReaderBroke } from './import-process.ts'

export type ImportJobParts = ReadingParts & {
  /** How documents are read; in a process of its own unless said otherwise. */
  readonly decode?: (options: ProcessOptions) => AsyncIterable<ReadItem>
  readonly memoryMiB?: number
}

const memoryMiBDefault = 2_048

/** Reads one import and turns its findings into reports; what was read before is not read twice. */
export function readImport(parts: ImportJobParts): Work {
  /** Imports at which the process that reads broke off before. */
  const broken = new Set<string>()
  return async (id, signal) => {
    const of = await asActor(parts.pool, systemActor, async (tx) => {
      const found = await loadImport(tx, id)
      if (found === null || (found.state !== 'stored' && found.state !== 'reading')) return null
      // Whoever ends the earlier one asks for this one.
      return (await mustWait(tx, found)) ? null : found
    })
    if (of === null) return
    const { name, format, series, blob, organisation } = of
    const content = parts.blobs.open(blob, contentOwner(organisation))
    const decode = parts.decode ?? decodeApart
    const memoryMiB = parts.memoryMiB ?? memoryMiBDefault
    const items = decode({
      name,
      format,
      series,
      content,
      signal,
      memoryMiB,
      isLastTry: broken.has(id),
    })
    try {
      const isRead = await new ImportReading(parts, of).run(items)
      // Who is ahead may have died since: another look, a little later, goes on or finds it read.
      if (!isRead) throw new JobFailure('another process is ahead in reading it')
    } catch (error) {
      if (error instanceof ReaderBroke) broken.add(id)
      if (!(error instanceof BlobUnreadable)) throw error
      throw new JobFailure(`the document of the import ${error.refusal.why}`, { cause: error })
    }
  }
}
