import type { Problem } from '#formats/finding/decoder.ts'
import { parseJson } from '#formats/json/parse.ts'
import { isObject, type JsonObject } from '#formats/json/reader.ts'
import type { Attempt } from './attempt.ts'
import type { AttemptMapping } from './attempt-columns.ts'
import { type AttemptReading, attemptOfRow } from './attempt-row.ts'

/** Reads JSON Lines, an attempt an object, with the fields that a table has as columns. */
export function attemptsOfJsonLines(
  { name, text }: { readonly name: string; readonly text: string },
  mapping: AttemptMapping,
): AttemptReading {
  const { documents, problems: found } = parseJson(text)
  const problems: Problem[] = [...found]
  const attempts: Attempt[] = []
  for (const { value, line } of documents) {
    if (!isObject(value)) {
      problems.push({ code: 'wrong-type', why: 'is no object with an attempt', line, lost: true })
      continue
    }
    const textOf = (column: string): string | null => textIn(value, column)
    const read = attemptOfRow({ at: { name, line }, textOf }, mapping)
    if (read.ok) attempts.push(read.value)
    else problems.push(read.refusal)
  }
  return { attempts, problems }
}

function textIn(value: JsonObject, column: string): string | null {
  const found = Object.hasOwn(value, column) ? value[column] : null
  if (typeof found === 'string') return found
  if (typeof found === 'number' || typeof found === 'boolean') return String(found)
  // What is neither is told by its JSON, so that the message shows what was there.
  return found === null || found === undefined ? null : JSON.stringify(found)
}
