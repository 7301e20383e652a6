/** The records of an extended header by their keys. */
export type PaxRecords = ReadonlyMap<string, Buffer>

const space = 0x20
const equals = 0x3d
const newline = 0x0a

/**
 * Records `LENGTH KEY=VALUE\n` (POSIX.1-2001, pax, extended header), LENGTH counting all of it;
 * null where they are damaged, or where a key stands twice, which readers take in different ways.
 */
export function paxRecords(bytes: Buffer): PaxRecords | null {
  const records = new Map<string, Buffer>()
  for (let at = 0; at < bytes.length; ) {
    const gap = bytes.indexOf(space, at)
    if (gap < 0 || gap - at > 8) return null
    const digits = bytes.toString('latin1', at, gap)
    const end = at + Number(digits)
    if (!/^[1-9]\d*$/.test(digits) || end > bytes.length || end <= gap + 2) return null
    if (bytes[end - 1] !== newline) return null
    const split = bytes.indexOf(equals, gap)
    if (split < 0 || split >= end) return null
    const key = bytes.toString('utf8', gap + 1, split)
    if (records.has(key)) return null
    records.set(key, bytes.subarray(split + 1, end - 1))
    at = end
  }
  return records
}

/** One record, whose length counts its own digits. */
export function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`)
  let length = rest.length
  while (length !== rest.length + String(length).length) {
    length = rest.length + String(length).length
  }
  return Buffer.concat([Buffer.from(String(length)), rest])
}
