import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Background } from '../../src/features/correlate/background.ts'
import type { Domain, Evidence } from '../../src/features/correlate/evidence.ts'
import { evidenceOf } from '../../src/features/correlate/evidence-of.ts'
import { backgroundOf } from './background.ts'
import { type Block, learn, type Plan } from './learn.ts'
import { findingsOf, readJudged } from './material.ts'

const { values: args } = parseArgs({
  options: {
    advisories: { type: 'string' },
    contests: { type: 'string' },
    out: { type: 'string' },
    only: { type: 'string' },
  },
})

/** The text track: neither addresses nor dates. */
const withoutLinks = (evidence: Evidence): Evidence => {
  const { published: _, ...rest } = evidence
  return { ...rest, references: [] }
}

function blockOf(folder: string, domain: Domain, isTextOnly: boolean): Block {
  const judged = readJudged(folder)
  const evidence = findingsOf(judged.rows).map((finding): Evidence => {
    const full = { ...evidenceOf(finding, finding.tool?.name), domain }
    return isTextOnly ? withoutLinks(full) : full
  })
  return { judged, evidence }
}

const plans = (background: Background): Plan[] => {
  const dev = args.advisories ?? ''
  const advisories = () => [blockOf(dev, 'advisory', true), blockOf(dev, 'advisory', false)]
  const contests = (): Block[] =>
    readdirSync(args.contests ?? '')
      .sort()
      .map((name) => blockOf(`${args.contests}/${name}`, 'prose', true))
  const shared = { background, folds: 3 }
  const advisory = {
    ...shared,
    domain: 'advisory' as const,
    flags: ['core', 'fair_test'],
    secondLook: 'all' as const,
    thresholds: { merge: 0.65, suggest: 0.25 },
  }
  return [
    {
      ...advisory,
      name: 'advisory-distinct',
      blocks: advisories,
      sourcesAreDistinct: true,
      candidates: 20,
      backgroundWeight: 2000,
      unjudged: 0.02,
    },
    {
      ...advisory,
      name: 'advisory',
      thresholds: { merge: 0.6, suggest: 0.35 },
      blocks: advisories,
      sourcesAreDistinct: false,
      candidates: 24,
      backgroundWeight: 2000,
      unjudged: 0.02,
    },
    {
      ...shared,
      domain: 'prose',
      flags: ['valid'],
      secondLook: 'groups',
      thresholds: { merge: 0.7, suggest: 0.25 },
      name: 'prose',
      blocks: contests,
      sourcesAreDistinct: false,
      candidates: 100,
      backgroundWeight: 100,
      unjudged: 0.05,
    },
  ]
}

const out = args.out ?? 'src/features/correlate/model'
mkdirSync(out, { recursive: true })
const background = backgroundOf(blockOf(args.advisories ?? '', 'advisory', true).evidence)
writeFileSync(`${out}/background.json`, `${JSON.stringify(background)}\n`)
for (const plan of plans(background)) {
  if (args.only && args.only !== plan.name) continue
  const parameters = learn(plan)
  writeFileSync(`${out}/${plan.name}.json`, `${JSON.stringify(parameters)}\n`)
}
