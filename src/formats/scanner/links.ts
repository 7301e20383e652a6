const address = /\bhttps?:\/\/[^\s<>"'`)\]}]{1,2000}/gi

/** A text without any of `chars` at its end, in one pass from behind. */
export function withoutEnd(text: string, chars: string): string {
  let end = text.length
  while (end > 0 && chars.includes(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}

/** Web addresses written in prose, first mention first, without the stop of their sentence. */
export const linksIn = (prose: string | undefined): string[] => [
  ...new Set(prose?.match(address)?.map((one) => withoutEnd(one, '.,;:!?'))),
]
