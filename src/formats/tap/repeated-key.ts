import { chars, closingQuote } from '#formats/json/outline.ts'
import { pathTo } from './intake-path.ts'

/** An object that is looked at (with the keys it has so far), or an array on the way to some. */
type Frame = {
  readonly path: string
  readonly keys: Set<string> | null
  isAtKey: boolean
  key: string
  index: number
}

/**
 * The path of a key that stands twice in the report itself, in an attachment or in the affected
 * symbol; null where none does. The contract names the first two; the third is refused as well,
 * because two readers could take different symbols from it. Of a repeated key in the enrichment
 * the last one counts. Takes JSON that `JSON.parse` has accepted, in time linear in it.
 */
export function repeatedKey(text: string): string | null {
  const frames: Frame[] = []
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const frame = depth === frames.length ? frames.at(-1) : undefined
    if (code === chars.quote) {
      const end = closingQuote(text, at)
      if (end < 0) return null
      if (frame?.isAtKey) {
        const key = keyOf(text.slice(at, end + 1))
        if (frame.keys?.has(key)) return pathTo(frame.path, key)
        frame.keys?.add(key)
        frame.key = key
        frame.isAtKey = false
      }
      at = end
    } else if (code === chars.openBrace || code === chars.openBracket) {
      const opened = depth === frames.length ? frameOf(frames, code === chars.openBrace) : null
      if (opened) frames.push(opened)
      depth++
    } else if (code === chars.closeBrace || code === chars.closeBracket) {
      if (depth === frames.length) frames.pop()
      depth--
    } else if (code === chars.comma && frame) {
      frame.index++
      frame.isAtKey = frame.keys !== null
    }
  }
  return null
}

/** The frame of what opens inside `frames`, where it is of those that are looked at. */
function frameOf(frames: readonly Frame[], isObject: boolean): Frame | null {
  const parent = frames.at(-1)
  const path =
    parent === undefined ? '' : pathTo(parent.path, parent.keys ? parent.key : parent.index)
  const isWatched = isObject
    ? frames.length === 0 ||
      (frames.length === 1 && path === 'affected_symbol') ||
      (frames.length === 2 && parent?.keys === null)
    : frames.length === 1 && path === 'attachments'
  if (!isWatched) return null
  return { path, keys: isObject ? new Set() : null, isAtKey: isObject, key: '', index: 0 }
}

function keyOf(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1)
  const key: unknown = JSON.parse(quoted)
  return typeof key === 'string' ? key : quoted
}
