import catalogue from './catalogue.generated.json' with { type: 'json' }

/**
 * Facts of the Common Weakness Enumeration (CWE 4.14 of February 2024, view 1000 "Research
 * Concepts": all 938 weaknesses with every ChildOf relation of that view), two later weaknesses,
 * and the names of 22 categories that databases use as if they were weaknesses. CWE is the work of
 * The MITRE Corporation, copyright 2006 to 2024, free to use under its terms of use.
 */
type Entry = { readonly name: string; readonly parents: readonly number[] }

const entries = new Map<number, Entry>()
for (const [id, [name, parents]] of Object.entries(catalogue.weaknesses)) {
  if (typeof name !== 'string' || !Array.isArray(parents)) continue
  entries.set(Number(id), { name, parents: parents.filter((one) => typeof one === 'number') })
}

/** The short name, without the number; undefined for a number that the catalogue lacks. */
export const cweName = (id: number): string | undefined => entries.get(id)?.name

/** What it is a kind of in view 1000, the primary parent first; empty for pillars. */
export const cweParents = (id: number): readonly number[] => entries.get(id)?.parents ?? []

/** How many entries there are, for those who state coverage. */
export const cweCount = entries.size

/**
 * How many ChildOf steps lie between two weaknesses through their nearest common ancestor. Null
 * where they have none below the pillars, which are too wide to relate anything, and where one
 * of them is unknown or a category.
 */
export function cweDistance(a: number, b: number): number | null {
  if (!entries.has(a) || !entries.has(b)) return null
  if (a === b) return 0
  const above = stepsUp(a)
  let best: number | null = null
  for (const [id, steps] of stepsUp(b)) {
    const others = above.get(id)
    if (others === undefined || cweParents(id).length === 0) continue
    if (best === null || others + steps < best) best = others + steps
  }
  return best
}

/** Every ancestor with the fewest steps to it; the weakness itself at none. */
function stepsUp(id: number): ReadonlyMap<number, number> {
  const steps = new Map([[id, 0]])
  // A map may grow while it is walked: later entries are visited in their turn, nearest first.
  for (const [at, count] of steps) {
    for (const parent of cweParents(at)) if (!steps.has(parent)) steps.set(parent, count + 1)
  }
  return steps
}

const named = /\bCWE(?:s|[- ]?IDs?)?[-_: #*|`]{0,5}(\d{1,4})(?![\d-]*-?\d)(?:[/.]html)?/gi
const listed = /^(?:\s{0,2}(?:,|\/|&|and|or)\s{0,2}(?:and |or )?)(?:CWE[- ]?)?(\d{2,4})(?![\d.-])/i
const page = /cwe\.mitre\.org\/data\/definitions\/(\d{1,4})\b/gi

/**
 * The numbers that a text names as `CWE-79`, `CWE 79`, `CWE: 79`, in a list (`CWE-20, 79`) or by
 * the address of their page, in the order of the text, each once.
 */
export function cweNumbersIn(text: string): number[] {
  const found: [number, number][] = []
  let read = 0
  for (const match of text.matchAll(named)) {
    if (match.index < read) continue
    let end = match.index + match[0].length
    found.push([match.index, Number(match[1])])
    for (let next = listed.exec(text.slice(end, end + 20)); next; ) {
      if (!entries.has(Number(next[1]))) break
      found.push([end, Number(next[1])])
      end += next[0].length
      next = listed.exec(text.slice(end, end + 20))
    }
    read = end
  }
  for (const match of text.matchAll(page)) found.push([match.index, Number(match[1])])
  const inOrder = found.sort((a, b) => a[0] - b[0]).map(([, id]) => id)
  return [...new Set(inOrder)].filter((id) => id > 0)
}
