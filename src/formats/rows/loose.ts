import { isArray, isObject, pointerTo, Reader } from '#formats/json/reader.ts'

/** Members that carry the text where somebody wrote an object for it. */
const textKeys = ['url', 'vector', 'vectorString', 'id', 'name', 'value', 'score', 'text']

/**
 * The texts under a name, however they are written: null, one text, a number, a list of either,
 * or objects with one telling member. Blank ones are left out; what is none is a problem.
 */
export function wordsOf(owner: Reader, key: string): string[] {
  const found = owner.raw(key)
  if (found === undefined) return []
  if (typeof found === 'string') return found.trim() === '' ? [] : [found]
  const all = isArray(found) ? found : [found]
  return all.flatMap((one, index) => {
    if (typeof one === 'string') return one.trim() === '' ? [] : one
    const pointer = pointerTo(owner.pointer, key)
    const at = isArray(found) ? pointerTo(pointer, index) : pointer
    return textOf(new Reader(one, at, owner.problems)) ?? []
  })
}

function textOf(owner: Reader): string | undefined {
  const { value } = owner
  if (value === null) return undefined
  if (typeof value === 'number') return String(value)
  const key = isObject(value) ? textKeys.find((name) => owner.has(name)) : undefined
  if (key !== undefined) return owner.textish(key)
  owner.problem({ code: 'wrong-type', why: 'expected a text' })
  return undefined
}
