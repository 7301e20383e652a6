// `npm run measure:correlate -- DIR...`: accuracy of the shipped parameters on judged reports.
// A DIR holds reports.jsonl[.gz] and labels.jsonl[.gz], or folders that do (pooled).
import { existsSync, readdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Correlation, correlate } from '../../src/features/correlate/correlate.ts'
import type { Evidence } from '../../src/features/correlate/evidence.ts'
import { domainOf, evidenceOf } from '../../src/features/correlate/evidence-of.ts'
import { knowledgeOf, modelNameFor } from '../../src/features/correlate/knowledge.ts'
import { findingsOf, type Judged, readJudged } from '../train/material.ts'
import { recallAt, type Score, scoreOf, showScore, sumsOf } from '../train/score.ts'
import { cosineGroups } from './cosine.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'distinct-within-source': { type: 'boolean', default: false },
    'text-track': { type: 'boolean', default: false },
    cosine: { type: 'boolean', default: false },
  },
})

const holdsReports = (folder: string): boolean =>
  existsSync(`${folder}/reports.jsonl`) || existsSync(`${folder}/reports.jsonl.gz`)

const foldersIn = (folder: string): string[] =>
  holdsReports(folder)
    ? [folder]
    : readdirSync(folder)
        .sort()
        .map((name) => `${folder}/${name}`)
        .filter(holdsReports)

type Measured = {
  readonly judged: Judged
  readonly correlation: Correlation
  readonly cosine: number[][]
}

async function measure(folder: string): Promise<Measured> {
  const judged = readJudged(folder)
  const findings = findingsOf(judged.rows)
  const advisories = findings.filter((finding) => domainOf(finding) === 'advisory').length
  const domain = advisories * 2 >= findings.length ? 'advisory' : 'prose'
  const batch = findings.map((finding): Evidence => {
    const evidence = evidenceOf(finding, finding.tool?.name, domain)
    if (!options['text-track']) return evidence
    const { published: _, ...text } = evidence
    return { ...text, references: [] }
  })
  const sourcesAreDistinct = options['distinct-within-source']
  const knowledge = await knowledgeOf(modelNameFor(domain, sourcesAreDistinct))
  const correlation = correlate(batch, knowledge, { sourcesAreDistinct })
  return { judged, correlation, cosine: options.cosine ? cosineGroups(batch) : [] }
}

type Groups = (of: Measured) => readonly (readonly number[])[]

const score = (all: readonly Measured[], flag: string, groups: Groups): Score =>
  scoreOf(
    all.map((one) =>
      sumsOf({
        groups: groups(one),
        truth: one.judged.clusters,
        counts: flag ? one.judged.flags(flag) : one.judged.ids.map(() => true),
      }),
    ),
  )

const merged: Groups = ({ correlation }) => correlation.grouping.merged
const suggested: Groups = ({ correlation }) => correlation.grouping.suggested

/** Links of all batches in one list, with whether they are true. */
function linksOf(all: readonly Measured[], flag: string): Parameters<typeof recallAt>[1] {
  const kept = all.flatMap((one) => {
    const counts = flag ? one.judged.flags(flag) : one.judged.ids.map(() => true)
    return one.correlation.links
      .filter(({ a, b }) => counts[a] && counts[b])
      .map((link) => ({
        ...link,
        is: one.judged.clusters[link.a] === one.judged.clusters[link.b],
        one,
      }))
  })
  return {
    probabilities: Float32Array.from(kept, ({ one, ...link }) => one.correlation.calibrated(link)),
    isTrue: Uint8Array.from(kept, ({ is }) => Number(is)),
    truePairs: score(all, flag, () => []).pairs.true,
  }
}

/** For each tenth of calibrated probability: how many pairs, their mean, and how many are true. */
function calibrationLines(all: readonly Measured[]): string[] {
  const { probabilities, isTrue } = linksOf(all, '')
  return Array.from({ length: 10 }, (_, tenth) => {
    const inside = [...probabilities.keys()].filter(
      (pair) => Math.min(9, Math.floor((probabilities[pair] ?? 0) * 10)) === tenth,
    )
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1)
    const said = mean(inside.map((pair) => probabilities[pair] ?? 0))
    const found = mean(inside.map((pair) => isTrue[pair] ?? 0))
    const bar = '#'.repeat(Math.round(found * 40)).padEnd(40, '.')
    return `  ${said.toFixed(2)} said  ${found.toFixed(2)} true  ${bar} ${inside.length} pairs`
  })
}

const folders = positionals.flatMap(foldersIn)
if (folders.length === 0) {
  console.error(
    'usage: npm run measure:correlate -- DIR... [--distinct-within-source] [--text-track]',
  )
  process.exit(2)
}
const started = performance.now()
const all: Measured[] = []
for (const folder of folders) all.push(await measure(folder))
const seconds = (performance.now() - started) / 1000
const reports = all.reduce((sum, { judged }) => sum + judged.ids.length, 0)
console.log(`${reports} reports of ${all.length} batches in ${seconds.toFixed(1)} s`)
console.log('precision recall F1 B-cubed')
const flags = ['core', 'fair_test', 'valid'].filter((flag) =>
  all.some(({ judged }) => judged.flags(flag).some(Boolean)),
)
for (const flag of ['', ...flags]) {
  const name = (flag || 'all').padEnd(10)
  console.log(`${name} merged by itself      ${showScore(score(all, flag, merged))}`)
  console.log(`${name} suggestions accepted  ${showScore(score(all, flag, suggested))}`)
  const { recall, threshold } = recallAt(0.95, linksOf(all, flag))
  console.log(
    `${name} recall at precision .95: ${recall.toFixed(3)} (p >= ${threshold.toFixed(2)})`,
  )
}
if (options.cosine) {
  for (const one of all) {
    const ours = score([one], '', suggested)
    const plain = score([one], '', ({ cosine }) => cosine)
    const verdict = ours.f1 >= plain.f1 ? 'above' : 'BELOW'
    const figures = `${ours.f1.toFixed(3)} against ${plain.f1.toFixed(3)}`
    console.log(`${one.judged.name.padEnd(32)} ${verdict} plain cosine: ${figures}`)
  }
  const pooled = score(all, '', ({ cosine }) => cosine)
  console.log(`plain cosine, pooled: ${showScore(pooled)}`)
}
console.log('calibration')
for (const line of calibrationLines(all)) console.log(line)
