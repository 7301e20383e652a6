import type { Answer } from './world.ts'

/** Of the wall clock and of the connection; nothing of what is stored goes into these. */
const ofTheWire = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding'])

/** What is random in an answer: ids, receipts, the number of the request, sealed places, now. */
const random = new RegExp(
  [
    '(?<=\\b[a-z]{3,13}_)[a-z2-7]{20}\\b',
    // Markdown escapes what could make a list of a line.
    '(?<=\\bSUB\\\\?-)[a-z2-7]{18}\\b',
    '(?<=\\bseen_)[0-9a-f]{32}\\b',
    '(?<=\\burn:parley:request:)[0-9a-f]{18}\\b',
    '(?<="(?:next|after)":")[A-Za-z0-9_-]{60,}(?=")',
    '(?<=^id: )[A-Za-z0-9_-]{60,}$',
    // Some moments are of the clock of the database, which no history moves.
    '\\b\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z',
  ].join('|'),
  'gm',
)

/** How many seconds something lasts by the clock of the database: as many digits in both worlds. */
const lasting = /(?<="oldestSeconds":)\d+/g

const begun = Date.now() - 2_000

/**
 * Whether a text is a moment of a history, and none of the clock of the database: histories never
 * come as far as this run's beginning.
 */
function isOfHistory(found: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT/.test(found)) return false
  const at = Date.parse(found)
  return at < begun || at > Date.now() + 2_000
}

/** What of it stands in a request. */
const asked = new RegExp(
  [
    ...['(?<=\\b[a-z]{3,13}_)[a-z2-7]{20}\\b', '(?<=\\bSUB-)[a-z2-7]{18}\\b'],
    ...['(?<=after=)[A-Za-z0-9_-]{60,}', '(?<=\\bseen_)[0-9a-f]{32}\\b'],
  ].join('|'),
  'g',
)

/**
 * What one asker heard so far in one world. Random texts are replaced by the number of their first
 * appearance, across all answers, and nothing else is: who asks can tell no more of them.
 */
export class Transcript {
  readonly #names = new Map<string, string>()
  readonly #texts = new Map<string, string>()

  /** Begins anew, so that one difference does not make everything after it look different. */
  forget(): void {
    this.#names.clear()
    this.#texts.clear()
  }

  canonical(text: string): string {
    return text.replace(random, (found) => {
      if (isOfHistory(found)) return found
      const name = this.#names.get(found) ?? `<${this.#names.size}>`
      this.#names.set(found, name)
      this.#texts.set(name, found)
      return name
    })
  }

  /** The same request as it is asked in another world: each id as that world told it. */
  translated(path: string, other: Transcript): string {
    return path.replace(asked, (found) => other.#texts.get(this.#names.get(found) ?? '') ?? found)
  }

  /**
   * A whole answer as lines: status, headers by name, and every byte of the body. What may differ
   * is taken out before anything is numbered, and the length with it.
   */
  said({ status, headers, body }: Answer, but: RegExp | null = null): string {
    const lines = [...headers]
      .filter(([name]) => !ofTheWire.has(name))
      .map(([name, value]) => `${name}: ${name === 'x-request-id' ? '<>' : value}`)
      .sort()
    const isText = /json|text|rfc822/.test(headers.get('content-type') ?? '')
    const content = isText ? body.toString('utf8') : body.toString('base64')
    const text = [String(status), ...lines, '', content].join('\n').replace(lasting, '<>')
    if (but === null) return this.canonical(text)
    return this.canonical(text.replace(but, '<>').replace(/^content-length: .*\n/m, ''))
  }
}
