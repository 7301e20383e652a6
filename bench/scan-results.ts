/**
 * What it costs to hold scanner results together: 10,000 without duplicates, then floods that an
 * adversary would send. Run: `node bench/scan-results.ts`.
 */
import type { Evidence } from '#features/correlate/evidence.ts'
import { equalResults, scanLinks } from '#features/correlate/scan.ts'
import { figure, machineText } from './machine.ts'

const count = 10_000
const weaknesses = [121, 89, 22, 79, 416]

/** A result unlike all others: its words, place and function are its own. */
const distinct = (number: number): Evidence => ({
  domain: 'scan',
  packages: [],
  title: `Finding ${number} of a flow that ends in a dangerous call`,
  body: `Data from request ${number} flows into a call that trusts it.`,
  ranges: [],
  cwe: [weaknesses[number % weaknesses.length] ?? 20],
  cvss: [],
  symbols: [],
  references: [],
  aliases: [],
  locations: [
    {
      file: `src/module${number % 400}/file${number % 1_700}.c`,
      line: 1 + ((number * 37) % 900),
      function: `function_${number % 5_000}`,
    },
  ],
  tool: `tool-${number % 3}`,
  rule: `tool/rule-${number % 40}`,
})

const frames = (number: number): NonNullable<Evidence['crash']>['frames'] =>
  Array.from({ length: 30 }, (_, depth) => ({
    function: depth === 0 ? 'copy' : `caller_${number}_${depth}`,
    file: 'a.c',
    line: number + depth,
  }))

const floods: readonly (readonly [string, (number: number) => Partial<Evidence>])[] = [
  ['no duplicates', () => ({})],
  ['all on one line, two tools', () => ({ locations: [{ file: 'a.min.js', line: 1 }] })],
  ['all in one file', (number) => ({ locations: [{ file: 'src/a.c', line: number }] })],
  ['all of one base name', (number) => ({ locations: [{ file: `p${number}/q/i.js`, line: 3 }] })],
  ['all copies', () => ({ ...distinct(0) })],
  ['all with one identifier', (number) => ({ aliases: ['CVE-2031-1'], packages: [`p${number}`] })],
  [
    'all crashes in one function',
    (number) => ({ crash: { kind: 'SEGV', frames: frames(number) } }),
  ],
]

console.log(machineText())
for (const [name, more] of floods) {
  const made = (): Evidence[] =>
    Array.from({ length: count }, (_, number) => ({ ...distinct(number), ...more(number) }))
  // The first batch warms the code up; each has results that were not looked at before.
  const times = [made(), made(), made()].map((batch) => {
    const started = performance.now()
    equalResults(batch)
    const links = scanLinks(batch).length
    return { ms: performance.now() - started, links }
  })
  const [best] = times.sort((a, b) => a.ms - b.ms)
  const limit = name === 'no duplicates' ? { limit: '500 ms' } : {}
  const size = `${count.toLocaleString('en-US')} results, ${best?.links ?? 0} links`
  figure(`scanner results, ${name}`, `${best?.ms.toFixed(0) ?? '-'} ms`, { size, ...limit })
}
