/** A reference that XML 1.0 (section 4.1) allows, of a length that a person would write. */
const reference = /&(?:#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|[A-Za-z_][A-Za-z0-9_.-]{0,31});/y

/** Where an ampersand stands for itself: inside these it needs no mending. */
const verbatim = [
  { opens: '<!--', closes: '-->' },
  { opens: '<![CDATA[', closes: ']]>' },
  { opens: '<?', closes: '?>' },
] as const

/**
 * Writes `&amp;` for every ampersand that begins no reference, as careless writers leave them
 * in addresses and names. Lines stay as they are. A parser would otherwise read on to the next
 * semicolon and swallow the elements between.
 */
export function mendAmpersands(text: string): { readonly text: string; readonly mended: number } {
  const parts: string[] = []
  let done = 0
  let mended = 0
  const ahead = new Ahead(text)
  for (let at = text.indexOf('&'); at >= 0; ) {
    const inside = ahead.endOfVerbatim(at)
    if (inside > at) {
      at = text.indexOf('&', inside)
      continue
    }
    reference.lastIndex = at
    if (!reference.test(text)) {
      parts.push(text.slice(done, at), '&amp;')
      done = at + 1
      mended += 1
    }
    at = text.indexOf('&', at + 1)
  }
  return { text: mended === 0 ? text : parts.join('') + text.slice(done), mended }
}

/** Walks the verbatim sections of a text once, from the front, so that all of it is linear. */
class Ahead {
  readonly #text: string
  #from = 0
  #start = -1
  #end = -1

  constructor(text: string) {
    this.#text = text
    this.#next()
  }

  /** The end of the verbatim section around `at`, or -1. Asked with growing `at` only. */
  endOfVerbatim(at: number): number {
    while (this.#start >= 0 && this.#end <= at) this.#next()
    return this.#start >= 0 && this.#start <= at ? this.#end : -1
  }

  #next(): void {
    for (let at = this.#text.indexOf('<', this.#from); at >= 0; ) {
      const section = verbatim.find(({ opens }) => this.#text.startsWith(opens, at))
      if (section) {
        const closes = this.#text.indexOf(section.closes, at + section.opens.length)
        this.#start = at
        this.#end = closes < 0 ? this.#text.length : closes + section.closes.length
        this.#from = this.#end
        return
      }
      at = this.#text.indexOf('<', at + 1)
    }
    this.#start = -1
  }
}
