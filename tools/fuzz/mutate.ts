import { random } from '../train/bins.ts'

/** Texts that break readers: limits, escapes, control characters, syntax of several formats. */
const tokens = [
  ...['null', 'true', '-1', '1e999', '0', '""', '{}', '[]', '[[', '}}', ',', ':', '"', '\\', "'"],
  ...['\u0000', '\ufeff', '\u202e', '\ud800', '\u2028', '\r\n', '\t', '%00', '%ff', '\\u0000'],
  ...[
    '&lt;',
    '<![CDATA[',
    ']]>',
    '<!DOCTYPE a [<!ENTITY b "c">]>',
    '&b;',
    '<a>',
    '</a>',
    '<?xml?>',
  ],
  ...[
    'From a@b Mon Jan  1 00:00:00 2029\n',
    'Content-Type: multipart/mixed; boundary=x\n',
    '--x\n',
  ],
  ...['=?utf-8?q?=', '```', '# ', '|', ';', '=HYPERLINK("x")', 'CVE-2031-00001', 'CWE-', 'pkg:'],
  ...['../../../', 'C:\\', 'CVSS:3.1/AV:', '9'.repeat(400), 'a'.repeat(3000), '('.repeat(500)],
  ...['==1==ERROR: AddressSanitizer: ', '#0 0x1 in f a.c:1', 'Traceback (most recent call last):'],
]

const scraps: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1e308, '', 'x', [], {}, [[]], [null], { a: { b: [] } }],
  ...['CVE-2031-1', 'high', '2031-01-01', 'x'.repeat(5000), -0.5, [1, 'a', {}], { text: 1 }],
]

export type Mutator = (seed: string, other: string) => string

/** Makes hostile variants of texts; the same number always makes the same variants. */
export function mutatorOf(seedNumber: number): Mutator {
  const next = random(seedNumber)
  const below = (limit: number): number => Math.floor(next() * limit)
  const pick = <T>(from: readonly T[]): T | undefined => from[below(from.length)]

  const cut = (text: string): string => text.slice(0, below(text.length + 1))
  const drop = (text: string): string => {
    const from = below(text.length)
    return text.slice(0, from) + text.slice(from + 1 + below(40))
  }
  const insert = (text: string): string => {
    const at = below(text.length + 1)
    return text.slice(0, at) + (pick(tokens) ?? '') + text.slice(at)
  }
  const swap = (text: string): string => {
    const at = below(text.length)
    return text.slice(0, at) + String.fromCharCode(below(0x100)) + text.slice(at + 1)
  }
  const repeat = (text: string): string => {
    const from = below(text.length)
    const part = text.slice(from, from + below(200))
    return text.slice(0, from) + part.repeat(1 + below(20)) + text.slice(from)
  }
  const splice = (text: string, other: string): string =>
    text.slice(0, below(text.length)) + other.slice(below(other.length))

  /** Replaces one value inside a JSON document by a scrap. */
  const graft = (text: string): string => {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return insert(text)
    }
    const share = 1 / (2 + below(60))
    const replaced = JSON.stringify(value, (_, member: unknown) =>
      next() < share ? structuredClone(pick(scraps)) : member,
    )
    return replaced ?? 'null'
  }

  const ways: readonly Mutator[] = [
    cut,
    drop,
    insert,
    insert,
    swap,
    repeat,
    splice,
    graft,
    graft,
    graft,
  ]
  return (seed, other) => {
    let text = seed
    for (let round = 0; round <= below(3); round++) text = (pick(ways) ?? cut)(text, other)
    return text.slice(0, 400_000)
  }
}
