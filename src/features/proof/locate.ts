import { editDistance } from '#formats/crash/similarity.ts'
import type { Location } from '#formats/proof/bundle.ts'
import { bareFunction, type FoundFunction, functionsIn, languageOf } from './function-finder.ts'
import type { Located, SourceTree } from './located.ts'

/** Files that are read in search of a function that is not where it was named. */
const filesReadMax = 3000
/** How alike bodies or names have to be, 0 to 1, to count as one function under two names. */
const bodyAlikeMin = 0.7
const nameAlikeMin = 0.75

/**
 * Looks for the named place in the code of the named version. `before` is the code in which the
 * finder saw it, where that is another version: a function that was renamed since is then known by
 * its body, else only by a name that is much alike.
 */
export async function locate(
  location: Location | null,
  tree: SourceTree,
  before: SourceTree | null,
): Promise<Located> {
  if (location === null) return { is: 'not-named', why: 'the proof names no place in the code' }
  const paths = await tree.paths()
  const file = placeIn(paths, location.file)
  const name = location.function === null ? null : bareFunction(location.function)
  const text = file === null ? null : await tree.read(file)
  if (file !== null && text === null) {
    return { is: 'missing', why: `${file} of ${tree.name} is no text` }
  }
  if (file !== null && text !== null) {
    const found = inFile(location, { file, text, tree })
    if (found !== null) return found
  }
  const moved = name === null ? null : await movedTo(name, location.file, { tree, paths })
  if (moved !== null) return moved
  if (file !== null && text !== null && name !== null) {
    const renamed = await renamedIn({ location, name, before }, { file, text, tree })
    if (renamed !== null) return renamed
  }
  const what = file === null ? `no file ${location.file}` : `no function ${name} in ${file}`
  return { is: 'missing', why: `there is ${what} in ${tree.name}` }
}

/** A path as it was named, or below the one folder that archives of releases put in front. */
function placeIn(paths: readonly string[], file: string): string | null {
  if (paths.includes(file)) return file
  const below = paths.filter((path) => path.endsWith(`/${file}`))
  const [first, second] = below
  return first !== undefined && second === undefined ? first : null
}

type Text = { readonly file: string; readonly text: string; readonly tree: SourceTree }

/** Whether a file that is there holds what else was named; null when it does not. */
function inFile({ function: name, line }: Location, { file, text, tree }: Text): Located | null {
  const count = text.split('\n').length
  if (name === null) {
    return line === null || line <= count
      ? { is: 'there', why: `${file} is in ${tree.name}`, file }
      : { is: 'missing', why: `${file} of ${tree.name} has ${count} lines, not ${line}` }
  }
  const bare = bareFunction(name)
  const isThere =
    languageOf(file, text) === null
      ? hasWord(text, bare)
      : functionsIn(file, text).some((one) => one.name === bare)
  return isThere ? { is: 'there', why: `${name} is in ${file} of ${tree.name}`, file } : null
}

const hasWord = (text: string, word: string): boolean => {
  const at = text.indexOf(word)
  const isEdge = (one: string | undefined): boolean => one === undefined || !/[\w$]/.test(one)
  return at >= 0 && isEdge(text[at - 1]) && isEdge(text[at + word.length])
}

/** The same function in another file of the same language: there must be one only. */
async function movedTo(
  name: string,
  file: string,
  { tree, paths }: { readonly tree: SourceTree; readonly paths: readonly string[] },
): Promise<Located | null> {
  const language = languageOf(file, '')
  const candidates = paths
    .filter((path) => language !== null && languageOf(path, '') === language)
    .sort((a, b) => nearness(b, file) - nearness(a, file) || (a < b ? -1 : 1))
  const found: string[] = []
  for (const path of candidates.slice(0, filesReadMax)) {
    const text = await tree.read(path)
    if (text === null || !text.includes(name)) continue
    if (!functionsIn(path, text).some((one) => one.name === name)) continue
    // A file of the same name elsewhere is the file itself, moved.
    if (baseName(path) === baseName(file))
      return moved(path, null, `${name} is in ${path}, not ${file}`)
    found.push(path)
    if (found.length > 1) return null
  }
  const [only] = found
  return only === undefined ? null : moved(only, null, `${name} is in ${only}, not in ${file}`)
}

const baseName = (path: string): string => path.split('/').at(-1) ?? path

const moved = (file: string, name: string | null, why: string): Located => ({
  is: 'moved',
  why,
  file,
  function: name,
})

/** How many folders two paths share at their end, the name included. */
function nearness(path: string, file: string): number {
  const one = path.split('/').reverse()
  const other = file.split('/').reverse()
  const differs = one.findIndex((part, at) => part !== other[at])
  return differs < 0 ? one.length : differs
}

type Wanted = {
  readonly location: Location
  readonly name: string
  readonly before: SourceTree | null
}

async function renamedIn({ location, name, before }: Wanted, text: Text): Promise<Located | null> {
  const here = functionsIn(text.file, text.text)
  const old = before === null ? null : await functionOf(before, location.file, name)
  const alike = (one: FoundFunction): number =>
    old === null ? nameLikeness(one.name, name) : bodyLikeness(one.body, old.body)
  const min = old === null ? nameAlikeMin : bodyAlikeMin
  const [best] = here
    .map((one) => ({ one, alike: alike(one) }))
    .filter((found) => found.alike >= min)
    .sort((a, b) => b.alike - a.alike)
  if (best === undefined) return null
  const how = old === null ? 'by its name' : 'by its body'
  const why = `${name} is ${best.one.name} in ${text.file} now, judged ${how}`
  return moved(text.file, best.one.name, why)
}

async function functionOf(
  tree: SourceTree,
  file: string,
  name: string,
): Promise<FoundFunction | null> {
  const path = placeIn(await tree.paths(), file)
  const text = path === null ? null : await tree.read(path)
  if (path === null || text === null) return null
  return functionsIn(path, text).find((one) => one.name === name) ?? null
}

/** The share of words in common, each as often as it stands in both. */
function bodyLikeness(one: string, other: string): number {
  const words = (text: string): string[] => text.match(/\w+|[^\w\s]/g) ?? []
  const counts = new Map<string, number>()
  const first = words(one)
  const second = words(other)
  for (const word of first) counts.set(word, (counts.get(word) ?? 0) + 1)
  let both = 0
  for (const word of second) {
    const left = counts.get(word) ?? 0
    if (left > 0) both++
    counts.set(word, left - 1)
  }
  const all = first.length + second.length
  return all === 0 ? 1 : (2 * both) / all
}

/** How alike two names are once their words are written the same way. */
function nameLikeness(one: string, other: string): number {
  const plain = (name: string): string =>
    name
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .replace(/_+/g, '_')
      .replace(/^_|_$/g, '')
      .toLowerCase()
  const first = plain(one).slice(0, 100)
  const second = plain(other).slice(0, 100)
  const length = Math.max(first.length, second.length)
  return length === 0 ? 0 : 1 - editDistance(first, second) / length
}
