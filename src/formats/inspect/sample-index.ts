import type { ZipMembers } from '#formats/zip/directory.ts'
import type { ZipMember } from '#formats/zip/entry.ts'
import { keyOf, type LogRemark, type LogSamples, type SampleEntry } from './log.ts'

const monolith = /^samples\/(.*)_epoch_(\d{1,9})\.json$/s
const chunk = /^samples\/(.*)_epoch_(\d{1,9})\/([a-z]+(?:\/\d{1,15})?)\.json$/s
/** Made from the events, and so not read. */
const sidecar = /_epoch_\d{1,9}\/events\/(?:stats|uuids)\.json$/
const leadsOut = /(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:[/\\]/

/** Names that tell one sample each, and no two the same one: nearly all logs have no others. */
const plain = /^samples\/(?!\.\._epoch_)([\x20-.0-[\]-~]*)_epoch_([1-9]\d{0,8})\.json$/

/** Where the samples of an archive are, by the names of its members, and what is odd about them. */
export function samplesIn(members: ZipMembers): {
  readonly samples: LogSamples
  readonly remarks: readonly LogRemark[]
} {
  let [count, outside, isPlain] = [0, 0, true]
  for (const name of members.keys()) {
    if (!name.startsWith('samples/')) outside += leadsOut.test(name) ? 1 : 0
    else if (plain.test(name)) count++
    else isPlain = false
  }
  const found = isPlain
    ? { samples: new PlainSamples(members, count), outside: 0 }
    : oddSamples(members)
  return { samples: found.samples, remarks: [...outsideRemarks(outside + found.outside)] }
}

function* outsideRemarks(count: number): Generator<LogRemark> {
  if (count === 0) return
  const why = `members with names that no sample has, or that lead out, not read: ${count}`
  yield { why, isLost: true }
}

/** Samples that are found among the members again each time: there may be very many of them. */
class PlainSamples implements LogSamples {
  readonly size: number
  readonly #members: ZipMembers

  constructor(members: ZipMembers, size: number) {
    this.#members = members
    this.size = size
  }

  *values(): Generator<SampleEntry, undefined> {
    for (const member of this.#members.values()) {
      const [, id, epoch] = plain.exec(member.name) ?? []
      if (id === undefined || epoch === undefined) continue
      yield { id, epoch: Number(epoch), place: { is: 'member', member } }
    }
  }
}

/** Samples in chunks, and such that have odd ids; of two that are the same one the later counts. */
function oddSamples(members: ZipMembers): {
  readonly samples: LogSamples
  readonly outside: number
} {
  const entries = new Map<string, SampleEntry>()
  const chunked = new Map<string, Map<string, ZipMember>>()
  let outside = 0
  for (const member of members.values()) {
    if (!member.name.startsWith('samples/')) continue
    const whole = monolith.exec(member.name)
    const part = whole === null ? chunk.exec(member.name) : null
    const [, id, epochText, partName] = whole ?? part ?? []
    if (id === undefined || epochText === undefined || leadsOut.test(id)) {
      if (!sidecar.test(member.name)) outside++
      continue
    }
    const epoch = Number(epochText)
    const key = keyOf(id, epoch)
    if (whole !== null) entries.set(key, { id, epoch, place: { is: 'member', member } })
    else if (partName !== undefined) {
      const parts = chunked.get(key) ?? new Map<string, ZipMember>()
      parts.set(partName, member)
      chunked.set(key, parts)
      if (!entries.has(key)) entries.set(key, { id, epoch, place: { is: 'chunked', parts } })
    }
  }
  return { samples: entries, outside }
}
