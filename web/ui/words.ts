/** `10,000`: thousands apart, whatever the language of the computer. */
export const grouped = (count: number): string =>
  String(count).replace(/\B(?=(?:\d{3})+(?!\d))/g, ',')

const pluralOf = (noun: string): string =>
  /[^aeiou]y$/.test(noun) ? `${noun.slice(0, -1)}ies` : `${noun}s`

/** `1 report`, `2 reports`, `10,000 reports`. */
export const counted = (count: number, noun: string): string =>
  `${grouped(count)} ${count === 1 ? noun : pluralOf(noun)}`

/** `93 %`. */
export const percent = (share: number): string => `${Math.round(share * 100)} %`

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** `1.2 MiB`. */
export function sizeOf(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}
