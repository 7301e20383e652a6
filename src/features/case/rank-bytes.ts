/**
 * The heights of a rank as bytes that compare as the numbers do, one after the other: IEEE 754 in
 * big-endian order with the sign turned round, which an index of the database can hold.
 */
export function rankBytes(key: readonly number[]): Buffer {
  const bytes = Buffer.alloc(key.length * 8)
  for (const [at, height] of key.entries()) {
    // Both zeros are one height; what is no number stands below every number.
    bytes.writeDoubleBE(Number.isNaN(height) ? Number.NEGATIVE_INFINITY : height + 0, at * 8)
    const isNegative = (bytes[at * 8] ?? 0) >= 0x80
    for (let byte = at * 8; byte < at * 8 + 8; byte++) {
      bytes[byte] = (bytes[byte] ?? 0) ^ (isNegative ? 0xff : byte === at * 8 ? 0x80 : 0)
    }
  }
  return bytes
}
