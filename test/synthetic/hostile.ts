import type { TriagedReport } from '#features/exchange/triage.ts'
import type { Finding } from '#formats/finding/finding.ts'
import type { Chance } from './chance.ts'

/** Texts that break out of an output which trusts what it prints. */
const hostileTexts: readonly [string, ...string[]] = [
  '</script><script>globalThis.broken = 1</script>',
  '<img src=x onerror="globalThis.broken = 2">',
  '<!--<script>',
  ']]><svg onload=globalThis.broken=3>',
  'pay \u202Egnp.exe\u202C to \u2066me\u2069',
  'nul \u0000 bell \u0007 backspace \b\b\b',
  '\u001b[2J\u001b[1;31mroot@localhost#\u001b[0m \u001b]8;;https://example.org\u0007link',
  '\u009b31m C1 control, line \u2028 separator \u2029 paragraph',
  '=HYPERLINK("https://example.org","pay")',
  '+1+1',
  '-1+1|calc',
  '@SUM(A1:A9)',
  '\tTAB first, "quoted", and, commas; and; semicolons\r\nnext line',
  `javascript:globalThis.broken=4//'"\`$\{globalThis.broken=5}`,
  '表示が崩れる長い題名 👩‍👩‍👧‍👦 é́́́́ ﷽ مرحبا שלום',
  '\ud83d lone surrogate \udc00',
  '__proto__',
  '~~1 ~2 ~z:1:2',
  ' '.repeat(300),
  'x'.repeat(100_000),
  `${'a b '.repeat(25_000)}end`,
]

/** A report every text of which is hostile. */
export function hostileReport(chance: Chance): TriagedReport {
  const text = (): string => chance.one(hostileTexts)
  const finding: Finding = {
    at: { pointer: text(), line: 3 },
    title: text(),
    details: text(),
    tool: { name: text(), version: text() },
    finders: [text(), text()],
    nativeId: text(),
    rule: { id: text(), name: text() },
    severity: chance.one(['critical', 'low']),
    cvss: [text()],
    score: 9.1,
    aliases: [text()],
    related: [text()],
    components: [{ name: text(), vendor: text(), version: text(), ranges: [{ fixed: text() }] }],
    locations: [{ file: text(), line: 1, function: text(), snippet: text() }],
    endpoints: [text(), 'javascript:globalThis.broken=6'],
    symbols: [text()],
    crash: { kind: text(), frames: [{ function: text(), file: text(), line: 2 }] },
    proofs: [{ language: text(), text: text() }],
    references: ['javascript:globalThis.broken=7', text(), 'https://example.org/?a=<b>&c="d"'],
    fix: text(),
    fixCommits: [text()],
    published: text(),
    fingerprints: { [text()]: text() },
    original: {
      __proto__x: text(),
      '~': ['~', null, true, -0.5, { '': text() }],
      [text()]: text(),
    },
  }
  return {
    id: `report_${chance.digest(20)}`,
    file: text(),
    format: text(),
    at: text(),
    finders: [text()],
    finding,
  }
}
