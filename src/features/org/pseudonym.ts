import { randomName } from './org.ts'

/** Who stands behind a pseudonym. */
export type RealName = {
  /** Of the organisation and of its people, as they were given. */
  readonly names: readonly string[]
  /** A mail address; null where none was given. */
  readonly contact: string | null
}

/** Such as `Finder p-7kq2mf`: random, so that it tells nothing. */
export const newPseudonym = (): string => `Finder p-${randomName().slice(0, 6)}`

/** What takes the place of names in what a finder hands in. */
export type Veil = (text: string) => string

const shortest = 2
const special = /[*?^${}()|[\]\\/]/g
/** What parts the words of a name; no word holds any of it, so no search goes back far. */
const parting = /[\s_.+-]+/

/**
 * Puts the pseudonym where one of these names stands as whole words, in whatever case and however
 * its words are parted. Names of one character are left: they would be found everywhere.
 */
export function veilOf(pseudonym: string, names: readonly string[]): Veil {
  const words = [...new Set(names.map((name) => name.trim()))]
    .filter((name) => name.length >= shortest)
    .toSorted((one, other) => other.length - one.length)
    .map((name) => name.split(parting).filter((word) => word !== ''))
    .filter((parts) => parts.length > 0)
    .map((parts) => parts.map((word) => word.replaceAll(special, String.raw`\$&`)))
    .map((parts) => parts.join(String.raw`[\s_.+-]{0,10}`))
  if (words.length === 0) return (text) => text
  const all = new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${words.join('|')})(?![\p{L}\p{N}])`, 'giu')
  return (text) => text.replaceAll(all, () => pseudonym)
}

/** The same for every string in a JSON text; its numbers stay as they are written. */
export const veiledJson = (json: string, veil: Veil): string =>
  json.replaceAll(/"(?:[^"\\]|\\.)*"/g, (token) => {
    const text: unknown = JSON.parse(token)
    return typeof text === 'string' && veil(text) !== text ? JSON.stringify(veil(text)) : token
  })
