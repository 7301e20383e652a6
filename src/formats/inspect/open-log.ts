import { parseNonFinite } from '#formats/json/non-finite.ts'
import { isObject, type JsonObject } from '#formats/json/reader.ts'
import { readDirectory, type ZipDirectory } from '#formats/zip/directory.ts'
import type { ZipMember } from '#formats/zip/entry.ts'
import { bytesOf } from '#formats/zip/member.ts'
import { asResult, type ByteSource, shownName, Unread } from '#formats/zip/source.ts'
import type { Result } from '#kernel/result.ts'
import { headerOf } from './header.ts'
import { openJsonLog } from './json-log.ts'
import { type InspectLog, type LogHeader, type LogRemark, logLimits } from './log.ts'
import { samplesIn } from './sample-index.ts'

/**
 * Opens a log of Inspect (`.eval`, version 2 and its neighbours, or `.json`): its header, and where
 * its samples are. Nothing of a sample in an archive is read yet. What can be had of a log that is
 * cut off or whose run died is answered with remarks.
 *
 * Source: the log format of inspect_ai, its recorders and `inspect-openapi.json`.
 */
export async function openLog(source: ByteSource): Promise<Result<InspectLog>> {
  return asResult(async () => {
    const start = await source.read(0, 4)
    const isArchive = start.length > 1 && start[0] === 0x50 && start[1] === 0x4b
    return isArchive ? openEvalLog(source) : openJsonLog(source)
  })
}

async function openEvalLog(source: ByteSource): Promise<InspectLog> {
  const directory = await readDirectory(source)
  const { samples, remarks: ofNames } = samplesIn(directory.members)
  const remarks: LogRemark[] = [...remarksOf(directory), ...ofNames]
  const header = await readHeader(source, directory, remarks)
  return {
    container: 'eval',
    source,
    header,
    samples,
    summaries: { is: 'members', members: summaryMembers(directory) },
    reductions: directory.members.get('reductions.json') ?? null,
    remarks,
  }
}

function* remarksOf({ members, replaced, cutAt }: ZipDirectory): Generator<LogRemark> {
  if (cutAt !== null) {
    const left = `${members.size} whole members are left`
    const why = `the file ends at byte ${cutAt}, before its directory; ${left}`
    yield { why, isLost: true }
  }
  if (replaced > 0) {
    const why = `${replaced} members are there twice; the later one counts`
    yield { why, isLost: false }
  }
}

async function readHeader(
  source: ByteSource,
  { members }: ZipDirectory,
  remarks: LogRemark[],
): Promise<LogHeader> {
  let unread: Unread | null = null
  for (const name of ['header.json', '_journal/start.json']) {
    const member = members.get(name)
    if (member === undefined) continue
    try {
      const header = headerOf(await objectIn(source, member))
      if (header === null) throw notInspect(name)
      if (name !== 'header.json') remarks.push(unfinished)
      return header
    } catch (error) {
      if (!(error instanceof Unread) || name !== 'header.json') throw error
      remarks.push({ why: error.refusal.why, at: name, isLost: true })
      unread = error
    }
  }
  if (unread !== null) throw unread
  const why =
    'is an archive, but no log of Inspect: neither header.json nor _journal/start.json is in it'
  throw new Unread({ code: 'unknown-format', why })
}

const unfinished: LogRemark = {
  why: 'there is no header: the run died, or is still going on',
  isLost: false,
}

const notInspect = (name: string): Unread =>
  new Unread({ code: 'malformed', why: 'names no task and model in "eval"', at: name })

/** A member that holds one JSON object. */
async function objectIn(source: ByteSource, member: ZipMember): Promise<JsonObject> {
  const value = await jsonIn(source, member, logLimits.headerBytesMax)
  if (isObject(value)) return value
  throw new Unread({ code: 'malformed', why: 'is not a JSON object', at: member.name })
}

/** The value of a member that holds JSON. */
export async function jsonIn(
  source: ByteSource,
  member: ZipMember,
  sizeBytesMax: number,
): Promise<unknown> {
  const text = (await bytesOf(source, member, sizeBytesMax)).toString('utf8')
  try {
    return parseNonFinite(text)
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error)
    const why = `is not JSON: ${words.slice(0, 200)}`
    throw new Unread({ code: 'malformed', why, at: shownName(member.name) })
  }
}

/** `summaries.json`, or the pieces of the journal in their order. */
function summaryMembers({ members }: ZipDirectory): ZipMember[] {
  const whole = members.get('summaries.json')
  if (whole !== undefined) return [whole]
  const numbered: { readonly member: ZipMember; readonly number: number }[] = []
  for (const name of members.keys()) {
    const number = /^_journal\/summaries\/(\d+)\.json$/.exec(name)?.[1]
    const member = number === undefined ? undefined : members.get(name)
    if (member !== undefined) numbered.push({ member, number: Number(number) })
  }
  return numbered.sort((one, other) => one.number - other.number).map(({ member }) => member)
}
