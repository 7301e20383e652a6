import { stemmer } from 'stemmer'

/**
 * How texts become the words that a search finds, and how what somebody types becomes a query. Both
 * are done here and not in the database, so that `tf_read`, `CVE-2031-1234` and `kestrel-http` are
 * found whole and by their parts, on every PostgreSQL alike.
 */
export type SearchText = {
  /** A counts most (title, identifiers), then B (packages), C (titles of reports), D (people). */
  readonly weight: 'A' | 'B' | 'C' | 'D'
  readonly texts: readonly string[]
}

/** Function words are no help in finding anything, unless nothing else is asked for. */
const functionWords = new Set(
  'a an and are as at by for from in is it of on or the to with'.split(' '),
)

const wordLengthMax = 60
const wordsMax = 400

/** A run of letters and digits with what may hold its parts together. */
const runs = /[\p{L}\p{N}\p{M}_$]+(?:[-.:/@+#][\p{L}\p{N}\p{M}_$]+)*/gu
const parts = /[\p{L}\p{N}\p{M}]+/gu
/** Scripts that write no spaces between words. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u

type Run = { readonly whole: string; readonly parts: readonly string[] }

function runsOf(text: string): Run[] {
  const found: Run[] = []
  for (const [run] of text.normalize('NFKC').matchAll(runs)) {
    found.push(plainWord.test(run) ? { whole: run, parts: [stemOf(run)] } : compoundOf(run))
    if (found.length >= wordsMax) break
  }
  return found
}

/** Most of what texts consist of: one word that needs no taking apart. */
const plainWord = /^[a-z]{1,60}$/

function compoundOf(run: string): Run {
  const apart = run.replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1_$2').toLowerCase()
  const own = [...apart.matchAll(parts)].flatMap(([part]) => wordsOf(part))
  return { whole: run.toLowerCase(), parts: own }
}

/** A word is stemmed where it is English; what has no spaces is cut into pairs of characters. */
function wordsOf(part: string): string[] {
  const word = part.slice(0, wordLengthMax).toWellFormed()
  if (!unspaced.test(word)) return [stemOf(word)]
  const characters = [...word]
  const pairs = characters.slice(1).map((character, at) => `${characters[at]}${character}`)
  return pairs.length > 0 ? pairs : [word]
}

const stems = new Map<string, string>()
const stemsMax = 100_000

function stemOf(word: string): string {
  if (!/^[a-z]{3,}$/.test(word)) return word
  const known = stems.get(word)
  if (known !== undefined) return known
  if (stems.size >= stemsMax) stems.clear()
  const stem = stemmer(word)
  stems.set(word, stem)
  return stem
}

const isCompound = ({ whole, parts: own }: Run): boolean =>
  whole.length <= wordLengthMax && (own.length > 1 || /[-._:/@+#$]/.test(whole))

/** The words of texts as PostgreSQL reads a `tsvector`; each with its weight and place. */
export function searchVector(all: readonly SearchText[]): string {
  const places = new Map<string, string[]>()
  let place = 0
  const add = (word: string, weight: string): void => {
    const known = places.get(word) ?? []
    if (known.length < 8) known.push(`${Math.min(place, 16_000)}${weight}`)
    places.set(word, known)
  }
  for (const { weight, texts } of all) {
    for (const text of texts) {
      for (const run of runsOf(text)) {
        place += 1
        if (isCompound(run)) add(run.whole, weight)
        for (const word of run.parts.filter(isTelling)) add(word, weight)
        if (places.size >= wordsMax) break
      }
    }
  }
  return [...places].map(([word, at]) => `${quoted(word)}:${at.join()}`).join(' ')
}

const isTelling = (word: string): boolean => !functionWords.has(word)

/** A word as a lexeme of `tsvector` and `tsquery`. */
const quoted = (word: string): string => `'${word.replaceAll(/['\\]/g, '$&$&')}'`

const termsMax = 20

/**
 * What somebody typed as a `tsquery`: every term must be there, `-term` must not; the last may be
 * the beginning of a word. Null where nothing was typed; signs alone stand in no text.
 */
export function searchQuery(typed: string): string | null {
  if (typed.trim() === '') return null
  const terms = typed.trim().split(/\s+/u).slice(0, termsMax)
  const asked = terms.flatMap((term, at) => {
    const isNot = /^-./.test(term)
    const found = runsOf(term).map((run) => ({ run, isNot }))
    return found.map((one, index) => ({
      ...one,
      isOpen: at === terms.length - 1 && index === found.length - 1 && !isNot,
    }))
  })
  const telling = asked.filter(({ run, isOpen }) => isOpen || run.parts.some(isTelling))
  const wanted = telling.map(({ run, isNot, isOpen }) => {
    const text = termQuery(run, isOpen)
    return isNot ? `!${text}` : text
  })
  return wanted.length === 0 ? quoted('∅') : wanted.join(' & ')
}

/** A term is found whole, by all of its parts, or, where it may go on, by how it begins. */
function termQuery(run: Run, isOpen: boolean): string {
  const telling = run.parts.filter(isTelling)
  const ways = telling.length > 0 ? [telling.map(quoted).join(' & ')] : []
  if (isCompound(run)) ways.push(quoted(run.whole))
  const last = run.whole.split(/[^\p{L}\p{N}\p{M}]+/u).at(-1) ?? ''
  if (isOpen && last.length > 1) {
    const before = run.parts.slice(0, -1).filter(isTelling).map(quoted)
    ways.push([...before, `${quoted(last.slice(0, wordLengthMax).toWellFormed())}:*`].join(' & '))
  }
  if (ways.length === 0) ways.push(quoted(run.whole))
  return `(${ways.map((way) => `(${way})`).join(' | ')})`
}
