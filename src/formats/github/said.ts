import type { Reader } from '#formats/json/reader.ts'

/**
 * GitHub says the same in two ways: REST in snake_case with plain arrays, GraphQL in camelCase
 * with lists under `nodes` or `edges`. These read a member whichever way it is written.
 */
export const textIn = (place: Reader, ...names: readonly string[]): string | undefined => {
  for (const name of names) {
    // Exports by scripts write an absent value as the word None.
    const found = place.raw(name) === 'None' ? undefined : place.textish(name)
    if (found !== undefined) return found
  }
  return undefined
}

export const objectIn = (place: Reader, ...names: readonly string[]): Reader =>
  place.object(names.find((name) => place.has(name)) ?? names[0] ?? '')

/** The objects of a list: an array, or the `nodes` or `edges` of a GraphQL connection. */
export function listIn(place: Reader, name: string): Reader[] {
  const found = place.raw(name)
  if (found === undefined || Array.isArray(found)) return place.objects(name)
  const connection = place.object(name)
  if (connection.has('nodes')) return connection.objects('nodes')
  return connection.objects('edges').map((edge) => edge.object('node'))
}
