import type { Location } from '#formats/proof/bundle.ts'
import { functionsIn } from './function-finder.ts'
import type { SourceTree } from './located.ts'
import type { Dictionary } from './mutate.ts'

const numbersMax = 12
const wordsMax = 12
/** Where no function is named, this many lines around the named one are looked at. */
const linesAround = 20

/**
 * The numbers and the words that the code at the reported cause compares with: a check that is
 * wrong by one, or that knows one word only, is found with what stands in it and beside it.
 */
export async function dictionaryOf(
  tree: SourceTree,
  location: Location | null,
): Promise<Dictionary> {
  const text = location === null ? null : await tree.read(location.file)
  if (location === null || text === null) return { numbers: [], words: [] }
  return dictionaryIn(codeNear(text, location))
}

function codeNear(text: string, { file, function: name, line }: Location): string {
  const lines = text.split('\n')
  const found = functionsIn(file, text).find((one) => one.name === name)
  if (found) return lines.slice(found.startLine - 1, found.endLine).join('\n')
  if (line === null) return text.slice(0, 20_000)
  return lines.slice(Math.max(0, line - linesAround), line + linesAround).join('\n')
}

/** The literals of some code: whole numbers, and words in quotes. */
export function dictionaryIn(code: string): Dictionary {
  const numbers = [...code.matchAll(/(?<![\w.])(?:0x[0-9a-fA-F]{1,8}|\d{1,10})(?![\w.])/g)]
    .map(([digits]) => Number(digits))
    .filter((value) => value > 1)
  const words = [...code.matchAll(/["'`]([\w./-]{2,40})["'`]/g)].flatMap(([, word]) => word ?? [])
  return {
    numbers: [...new Set(numbers)].slice(0, numbersMax),
    words: [...new Set(words)].slice(0, wordsMax),
  }
}
