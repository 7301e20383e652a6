/** What `pack` wrote, after `JSON.parse`. */
export type PackedDocument = {
  readonly shapes: readonly (readonly string[])[]
  readonly table: readonly unknown[]
}

/**
 * Reads values back that `pack` wrote; see there for the notation. A shared part is read once and
 * is then the same value wherever it occurs, so nothing that is returned may be changed.
 */
export function unpacker({ shapes, table }: PackedDocument): (packed: unknown) => unknown {
  const shared = new Map<number, unknown>()
  const sharedAt = (place: number): unknown => {
    if (!shared.has(place)) shared.set(place, unpack(table[place]))
    return shared.get(place)
  }
  const textOf = (packed: string): unknown => {
    if (!packed.startsWith('~')) return packed
    if (packed.startsWith('~~')) return packed.slice(1)
    const [place = 0, start, length = 0] = packed
      .slice(1)
      .split(':')
      .map((digits) => Number.parseInt(digits, 36))
    const whole = sharedAt(place)
    if (start === undefined) return whole
    return typeof whole === 'string' ? whole.slice(start, start + length) : whole
  }
  const unpack = (packed: unknown): unknown => {
    if (typeof packed === 'string') return textOf(packed)
    if (!Array.isArray(packed)) return packed
    const [shape, ...rest]: unknown[] = packed
    const values = rest.map(unpack)
    const names = typeof shape === 'number' && shape > 0 ? (shapes[shape - 1] ?? []) : null
    return names ? Object.fromEntries(names.map((name, at) => [name, values[at]])) : values
  }
  return unpack
}
