import { createHash } from 'node:crypto'
import type { Finding, Place } from '#formats/finding/finding.ts'
import { type Id, idOf } from '#kernel/id.ts'

export type ReportId = Id<'report'>
export const ReportId = idOf('report')

/** What one finder submitted about one flaw: a finding, its place and who is credited. */
export type Report = {
  /** The same finding at the same place of the same bytes always has the same id. */
  readonly id: ReportId
  readonly finding: Finding
  /** The document as the user knows it: a path, `-`, or `archive.zip!inner/name.json`. */
  readonly file: string
  /** Who is credited, never empty: the claimed finders, else who sent it, the tool, the file. */
  readonly finders: readonly string[]
  /** Whose list of findings this is: the tool, else the file. */
  readonly source: string
}

/** The document that findings were read from. */
export type Origin = {
  readonly file: string
  /** SHA-256 of the document's bytes, in hexadecimal. */
  readonly sha256: string
  /** How many documents of the same bytes came before in this import: copies keep their own ids. */
  readonly copy?: number
  /** Who sent the document that this one came in; credited where a finding names nobody. */
  readonly senders?: readonly string[]
}

/**
 * One report for each finding, in the order given. Equal findings at two places stay two reports,
 * and so do two findings that their document gives the same place.
 */
export function reportsOf(origin: Origin, findings: readonly Finding[]): readonly Report[] {
  const seen = new Map<string, number>()
  return findings.map((finding) => {
    const place = placeKey(finding.at)
    const ordinal = seen.get(place) ?? 0
    seen.set(place, ordinal + 1)
    const key = [origin.sha256, origin.copy ?? 0, place, ordinal].join('\n')
    const source = finding.tool?.name ?? origin.file
    return {
      id: ReportId.of(base32(createHash('sha256').update(key).digest()).slice(0, 20)),
      finding,
      file: origin.file,
      finders: creditOf([finding.finders, origin.senders], source),
      source,
    }
  })
}

/** The first names that are given: of the finding itself, of who sent it; else the source. */
function creditOf(
  candidates: readonly (readonly string[] | undefined)[],
  source: string,
): readonly string[] {
  for (const names of candidates) {
    const named = (names ?? []).map((name) => name.trim()).filter((name) => name !== '')
    if (named.length > 0) return [...new Set(named)]
  }
  return [source]
}

const placeKey = (at: Place): string => `${at.pointer ?? ''}\n${at.line ?? ''}`

const letters = 'abcdefghijklmnopqrstuvwxyz234567'

/** RFC 4648 section 6 in lower case, without padding; a rest of less than five bits is left out. */
function base32(bytes: Uint8Array): string {
  let text = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff
    for (bits += 8; bits >= 5; bits -= 5) text += letters[(held >> (bits - 5)) & 31]
  }
  return text
}
