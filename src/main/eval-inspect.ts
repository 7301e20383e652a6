import { attemptsOfInspect } from '#features/evaluation/attempt-inspect.ts'
import type { AttemptReading } from '#features/evaluation/attempt-row.ts'
import { openLog } from '#formats/inspect/open-log.ts'
import { type Result, yes } from '#kernel/result.ts'
import { openFileSource } from '#platform/files/file-source.ts'

/**
 * What an Inspect log says, which is read in place: it may be larger than memory. Null where a name
 * is not that of one; a `.json` that is no such log may be anything else.
 */
export async function inspectReading(name: string): Promise<Result<AttemptReading> | null> {
  if (!/\.(?:eval|json)$/i.test(name)) return null
  const file = await openFileSource(name)
  if (!file.ok) return null
  await using source = file.value
  const log = await openLog(source)
  if (log.ok) return yes(await attemptsOfInspect(log.value, name))
  return /\.eval$/i.test(name) ? log : null
}
