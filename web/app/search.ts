/** What stands in the address after `?`: plain texts, so that a person can read and write it. */
export type Search = { readonly [name: string]: unknown }

/** The texts of an address by name; for the routes whose pages narrow them themselves. */
export type TextSearch = { [name: string]: string }

export const parseSearch = (search: string): TextSearch =>
  Object.fromEntries(new URLSearchParams(search))

export function stringifySearch(search: Search): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(search)) {
    if (typeof value === 'string' && value !== '') params.set(name, value)
  }
  const text = params.toString().replaceAll('%2C', ',')
  return text === '' ? '' : `?${text}`
}

export const textSearch = (search: Search): TextSearch =>
  Object.fromEntries(
    Object.entries(search).flatMap(([name, value]) =>
      typeof value === 'string' && value !== '' ? [[name, value]] : [],
    ),
  )
