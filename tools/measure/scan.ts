// `npm run measure:scan [-- --wrong]`: how often the rules for scanner results are right on the
// labelled pairs of test/labels, rule by rule, pair by pair, and as the cases they end in.
import { parseArgs } from 'node:util'
import type { Evidence } from '../../src/features/correlate/evidence.ts'
import { knowledgeOf } from '../../src/features/correlate/knowledge.ts'
import { correlateMixed } from '../../src/features/correlate/mixed.ts'
import { scanMergeMin, scanSuggestMin } from '../../src/features/correlate/scan.ts'
import { type ScanRule, scanRuleOf, scanRules } from '../../src/features/correlate/scan-rule.ts'
import { seenOf } from '../../src/features/correlate/scan-seen.ts'
import { keyOf, type ReadPair, readPairs, readResults } from '../../test/labels/scan-pairs.ts'
import { afterSuccession, share, wilson } from './interval.ts'

const { values: options } = parseArgs({ options: { wrong: { type: 'boolean', default: false } } })

type Judged = ReadPair & { readonly rule: ScanRule | null; readonly probability: number }

const judge = (pair: ReadPair): Judged => {
  const rule = scanRuleOf(seenOf(pair.x), seenOf(pair.y))
  return { ...pair, rule, probability: rule === null ? 0 : scanRules[rule] }
}

const isScan = ({ x, y }: ReadPair): boolean => x.domain === 'scan' && y.domain === 'scan'
const merges = (pair: Judged): boolean => isScan(pair) && pair.probability >= scanMergeMin
const suggests = ({ probability }: Judged): boolean => probability >= scanSuggestMin

function ruleLine(name: string, pairs: readonly Judged[]): string {
  const right = pairs.filter(({ same }) => same === true).length
  const wrong = pairs.filter(({ same }) => same === false).length
  const unsure = pairs.length - right - wrong
  const [low, high] = wilson(right, right + wrong)
  const said = Object.entries(scanRules).find(([rule]) => rule === name)?.[1]
  const measured = `${share(right, right + wrong)} (${low.toFixed(2)} to ${high.toFixed(2)})`
  const figures = [right, wrong, unsure].map((count) => String(count).padStart(5)).join('')
  const prior = afterSuccession(right, right + wrong).toFixed(2)
  const decided = pairs.filter(({ same }) => same !== null)
  const twoTools = decided.filter(areTwoTools).length
  const sources = new Set(decided.map(({ origins }) => [...origins].sort().join()))
  const spread = [twoTools, sources.size].map((count) => String(count).padStart(6)).join('')
  return `${name.padEnd(30)}${figures}${spread}   ${measured}  ${prior}  ${said ?? '-'}`
}

const toolOf = (evidence: Evidence): string | null => seenOf(evidence).tool
const areTwoTools = ({ x, y }: ReadPair): boolean => toolOf(x) !== toolOf(y)

/** Precision and recall over the pairs that a person could decide. */
function scoreLine(name: string, pairs: readonly Judged[], is: (pair: Judged) => boolean): string {
  const decided = pairs.filter(({ same }) => same !== null)
  const said = decided.filter(is)
  const right = said.filter(({ same }) => same === true).length
  const all = decided.filter(({ same }) => same === true).length
  const [low] = wilson(right, said.length)
  const precision = `precision ${share(right, said.length)} (at least ${low.toFixed(3)})`
  return `${name.padEnd(46)} ${precision}  recall ${share(right, all)}  of ${decided.length}`
}

const kinds: readonly (readonly [string, (pair: ReadPair) => boolean])[] = [
  ['all', () => true],
  ['two tools', areTwoTools],
  ['one tool, two reports', (pair) => !areTwoTools(pair) && apart(pair)],
  ['one tool, one report', (pair) => !areTwoTools(pair) && !apart(pair)],
]
/** Each row of a collection of crashes is a report of its own. */
const apart = ({ a, b, origins }: ReadPair): boolean => a.file !== b.file || origins[0] === 'crash'

/** The numbers of the cases that all results of the labelled files end in. */
async function casesOf(): Promise<Map<string, number>> {
  const results = [...(readResults() ?? [])]
  const knowledge = {
    advisory: await knowledgeOf('advisory'),
    prose: await knowledgeOf('prose'),
  }
  const started = performance.now()
  const mixed = correlateMixed(
    results.map(([, { evidence }]) => evidence),
    knowledge,
  )
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const { groups, suggestions } = mixed
  const count = `${results.length} results in ${groups.length} cases`
  console.log(`${count}, ${suggestions.length} suggestions, ${seconds} s`)
  return new Map(
    groups.flatMap((members, number) =>
      members.map((member) => [results[member]?.[0] ?? '', number] as const),
    ),
  )
}

const read = readPairs()
if (!read) {
  console.log('skipped: the measuring data do not stand beside this checkout')
  process.exit(0)
}
const pairs = read.pairs.map(judge)
const absent = read.missing === 0 ? '' : `, ${read.missing} not found`
console.log(`${pairs.length} labelled pairs${absent}`)
// `tools`: of the decided pairs, those of two tools; `from`: kinds of reports that they come from.
const columns = ' same  not unsure tools  from  precision (95 %)  succession  shipped'
console.log(`${'rule'.padEnd(30)}${columns}`)
for (const name of Object.keys(scanRules)) {
  console.log(
    ruleLine(
      name,
      pairs.filter(({ rule }) => rule === name),
    ),
  )
}
console.log(
  ruleLine(
    'no rule',
    pairs.filter(({ rule }) => rule === null),
  ),
)
for (const [name, is] of kinds) {
  const some = pairs.filter(is)
  console.log(scoreLine(`${name}: merged by itself`, some, merges))
  console.log(scoreLine(`${name}: suggestions accepted`, some, suggests))
}
const cases = await casesOf()
const isOneCase = ({ a, b }: Judged): boolean => cases.get(keyOf(a)) === cases.get(keyOf(b))
console.log(scoreLine('all: in one case', pairs, isOneCase))
if (options.wrong) {
  for (const { a, b, same, why, rule } of pairs) {
    const isWrong = same === (rule === null)
    if (same !== null && isWrong) console.log(`${same} ${rule}: ${keyOf(a)} | ${keyOf(b)}: ${why}`)
  }
}
