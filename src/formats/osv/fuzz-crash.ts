import type { Crash } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'

/** Frames beyond this are not read; ClusterFuzz prints three. */
const framesMax = 20

/**
 * The crash that OSS-Fuzz records carry in their details: a line `Crash type: <kind>
 * [READ|WRITE] [<bytes>|{*}]` and the innermost frames below `Crash state:`.
 */
export function crashIn(details: string | undefined): Crash | undefined {
  const at = details?.indexOf('Crash type:') ?? -1
  if (details === undefined || at < 0) return undefined
  const [first = '', ...rest] = details.slice(at, at + 10_000).split('\n')
  const words = first.slice('Crash type:'.length).trim().split(/\s+/)
  const access = words.findIndex((word) => word === 'READ' || word === 'WRITE')
  const kind = words.slice(0, access > 0 ? access : undefined).join(' ')
  if (kind === '') return undefined
  const size = Number(access < 0 ? Number.NaN : words[access + 1])
  const found = present<Omit<Crash, 'frames'>>({
    kind: /^[A-Z][a-z]+(-[a-z]+)+$/.test(kind) ? kind.toLowerCase() : kind,
    access: access < 0 ? undefined : words[access] === 'READ' ? 'read' : 'write',
    sizeBytes: Number.isInteger(size) ? size : undefined,
  })
  return { ...found, frames: framesBelow(rest) }
}

function framesBelow(lines: readonly string[]): Crash['frames'] {
  const start = lines.findIndex((line) => line.startsWith('Crash state:'))
  if (start < 0) return []
  const below = lines.slice(start + 1, start + 1 + framesMax).map((line) => line.trim())
  const end = below.findIndex((line) => line === '' || line.startsWith('```'))
  return below.slice(0, end < 0 ? undefined : end).map((name) => ({ function: name }))
}
