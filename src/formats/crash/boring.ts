import type { Frame } from '#formats/finding/finding.ts'
import { pattern } from '#formats/text/pattern.ts'
import { type BoringRule, rules } from './boring-rules.ts'

const raw = String.raw

/** A frame that names no code of its own: a shared library of the system without symbols. */
const systemLibrary = pattern(
  raw`^(?:/system/lib(?:64)?/|/apex/|/(?:usr/)?lib(?:32|64)?/|/usr/grte/|<unknown|\(?\?\?)`,
  raw`|(?:^|/)(?:ld-linux\S{0,20}|linux-(?:gate|vdso))\.so`,
  raw`|(?:^|/)lib(?:c|m|pthread|dl|rt|gcc_s|stdc\+\+|c\+\+(?:abi)?|clang_rt)[-.\w]{0,40}`,
  raw`\.(?:so|dylib)`,
  raw`|\.S(?::\d+)?$|^\[v(?:dso|syscall)\]$|^<unavailable>$|^0x[0-9a-f]+$|^unknown$`,
)

/** Traces repeat their frames, so each is judged once. */
const judged = new Map<string, string | null>()
const judgedMax = 20_000

/** The name of the rule by which this frame says nothing, or null when it may matter. */
export function whyBoring(frame: Frame): string | null {
  const key = `${frame.function}\n${frame.file ?? ''}`
  const before = judged.get(key)
  if (before !== undefined) return before
  if (judged.size >= judgedMax) judged.clear()
  const why = judge(frame)
  judged.set(key, why)
  return why
}

function judge({ function: name, file }: Frame): string | null {
  if (systemLibrary.test(name)) return 'system library without symbols'
  const bare = withoutReturnType(name)
  return rules.find((rule) => fits(rule, bare, file))?.name ?? null
}

const fits = (rule: BoringRule, name: string, file: string | undefined): boolean =>
  rule.names.has(name) ||
  rule.symbols.some((symbol) => symbol.test(name)) ||
  (file !== undefined && rule.files.some((path) => path.test(file)))

/** Template instances are printed with what they return: `void std::f<int>`. */
function withoutReturnType(name: string): string {
  const space = name.indexOf(' ')
  return space > 0 && returnTypes.has(name.slice(0, space)) ? name.slice(space + 1) : name
}

const returnTypes = new Set(['void', 'auto', 'bool', 'int', 'long', 'unsigned', 'char', 'double'])

export const isBoring = (frame: Frame): boolean => whyBoring(frame) !== null
