import type { Frame } from '#formats/finding/finding.ts'
import { openingOfLast, symbolOf } from './symbol.ts'

/** One printed stack frame before anything is judged about it. */
export type PrintedFrame = Frame & {
  /** The number in front, where the style numbers its frames. */
  readonly index?: number
  /** True where there is no symbol: `function` is then the module with its offset, as printed. */
  readonly bare?: boolean
}

export type SourcePlace = { readonly file?: string; readonly line?: number }

/** `symbol` is empty for code without symbols; `module` is as printed, with its offset. */
export type SymbolAndPlace = SourcePlace & { readonly symbol: string; readonly module?: string }

const lineAndColumn = /:(\d{1,9})(?::\d{1,9})?$/
const pathStart = /^(?:\/|\.\.?\/|[A-Za-z]:[\\/])/
const sourceName = /^[\w./+-]+\.(?:cc?|cpp|cxx|hh?|hpp|inl|inc|mm?|rs|go|tq|S|swift|d|zig)$/

/** Reads `path/file.cc:12:3`, `C:\\x\\a.c:4`, `../file.h`; null when the text is no place. */
export function placeOf(text: string): SourcePlace | null {
  if (text === '' || text.includes('(') || text.includes(')')) return null
  if (/^(?:\?\?:[\d?]|<null>|_asan_rtl_$|<invalid>)/.test(text)) return {}
  const numbers = lineAndColumn.exec(text)
  if (numbers) {
    const file = text.slice(0, numbers.index)
    const line = Number(numbers[1])
    if (!/[^\d:]/.test(file) || file.endsWith(':')) return null
    return line > 0 ? { file: slashed(file), line } : { file: slashed(file) }
  }
  if (text.endsWith(':?')) return { file: slashed(text.slice(0, -2)) }
  return pathStart.test(text) || sourceName.test(text) ? { file: slashed(text) } : null
}

export const slashed = (path: string): string => path.replaceAll('\\', '/')

const buildId = / ?\(BuildId: ?[0-9a-f]{0,64}\)$/i
const discriminator = / \(discriminator \d{1,9}\)$/
/** Fuchsia prints `<libfoo.so>+0x12 sp 0x0` behind the place. */
const fuchsiaModule = / ?<{1,2}[^<>]{0,200}>{1,2}\+0x[0-9a-f]{1,16}(?: sp 0x[0-9a-f]{1,16})?$/i
const windowsPlace = /\s[A-Za-z]:\\[^()]{0,500}$/

/** Takes `func(args) const path/file.cc:12:3 (module+0x1) (BuildId: 12)` apart. */
export function symbolAndPlace(text: string): SymbolAndPlace {
  let rest = text.trim().replace(buildId, '').replace(discriminator, '').replace(fuchsiaModule, '')
  const module = moduleAtEnd(rest)
  if (module !== null) rest = rest.slice(0, rest.length - module.length - 2).trimEnd()
  const space = windowsPlace.exec(rest)?.index ?? rest.lastIndexOf(' ')
  const place = placeOf(rest.slice(space + 1))
  const symbol = place ? rest.slice(0, Math.max(0, space)).trimEnd() : rest
  return { symbol, ...place, ...(module === null ? {} : { module }) }
}

/** What stands in the parentheses at the end, if it is a module with an offset. */
function moduleAtEnd(text: string): string | null {
  if (!text.endsWith(')')) return null
  const open = openingOfLast(text)
  if (open < 0 || (open > 0 && text[open - 1] !== ' ')) return null
  const inside = text.slice(open + 1, -1)
  return inside === '<unknown module>' || /\+0x[0-9a-f]{1,16}$/i.test(inside) ? inside : null
}

/** A frame from what a sanitizer-like printer writes; unsymbolised code goes by its module. */
export function frameOf(text: string, index?: number): PrintedFrame | null {
  const { symbol, file, line, module } = symbolAndPlace(text)
  const numbered = index === undefined ? {} : { index }
  if (symbol === '' || symbol === '??') {
    const name = module ?? file
    return name === undefined ? null : { function: name, ...numbered, bare: true }
  }
  return named(symbol, { ...(file ? { file } : {}), ...(line ? { line } : {}) }, numbered)
}

/** A frame with a cleaned symbol; null when nothing of a name is left. */
export function named(
  symbol: string,
  place: SourcePlace,
  numbered: { readonly index?: number } = {},
): PrintedFrame | null {
  const name = symbolOf(symbol)
  return name === '' ? null : { function: name, ...place, ...numbered }
}
