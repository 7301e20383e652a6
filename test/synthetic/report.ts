import type { TriagedReport } from '#features/exchange/triage.ts'
import type { Finding } from '#formats/finding/finding.ts'
import type { Chance } from './chance.ts'
import { severityNear } from './decision.ts'
import {
  ecosystems,
  type Flaw,
  finders,
  flaws,
  folders,
  formats,
  functions,
  packages,
  tools,
} from './flaws.ts'

/** One invented flaw, which several reports may describe. */
export type Subject = {
  readonly flaw: Flaw
  readonly name: string
  readonly ecosystem: string
  readonly version: string
  readonly symbol: string
  readonly file: string
  readonly line: number
  readonly cve: string | null
}

export function subjectOf(chance: Chance): Subject {
  const symbol = `${chance.one(functions)}${chance.is(0.5) ? chance.between(2, 99) : ''}`
  return {
    flaw: chance.one(flaws),
    name: chance.one(packages),
    ecosystem: chance.one(ecosystems),
    version: `${chance.between(0, 9)}.${chance.between(0, 20)}.${chance.between(0, 9)}`,
    symbol,
    file: `${chance.one(folders)}/${symbol.replace(/\d+$/, '').toLowerCase()}.c`,
    line: chance.between(12, 2400),
    cve: chance.is(0.3) ? `CVE-2031-${chance.between(10000, 99999)}` : null,
  }
}

/** One finder's words about the subject, with a title and wording of its own. */
export function reportOf(chance: Chance, subject: Subject): TriagedReport {
  const format = chance.one(formats)
  const title = filled(chance.one(subject.flaw.titles), subject)
  const details = detailsOf(chance, subject)
  const claimed = chance.some(finders, chance.between(1, 2))
  const pointer = `/runs/0/results/${chance.between(0, 900)}`
  const finding = {
    at: { pointer },
    title,
    details,
    ...(chance.is(0.5) ? { tool: { name: chance.one(tools), version: '3.2.0' } } : {}),
    finders: claimed,
    severity: severityNear(chance),
    cvss: ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
    cwe: [subject.flaw.cwe],
    ...(subject.cve ? { aliases: [subject.cve] } : {}),
    components: [
      {
        name: subject.name,
        ecosystem: subject.ecosystem,
        version: subject.version,
        ranges: [{ introduced: '0', fixed: `${subject.version}.1` }],
      },
    ],
    ...(chance.is(0.8) ? placed(subject) : {}),
    ...evidenced(chance, subject),
    references: [`https://example.org/${subject.name}/issues/${chance.between(1, 4000)}`],
  } satisfies Omit<Finding, 'original'>
  return {
    id: `report_${chance.digest(20)}`,
    file: `inbox/${format}-${chance.between(1, 4)}.${format === 'markdown' ? 'md' : 'json'}`,
    format,
    at: pointer,
    finders: claimed,
    finding: { ...finding, original: originalOf(format, finding) },
  }
}

/** As decoders do: a text format keeps the text, the others keep the value that was read. */
function originalOf(format: string, finding: Omit<Finding, 'original'>): unknown {
  if (format === 'markdown') return `# ${finding.title}\n\n${finding.details}\n`
  return {
    ruleId: `glass/${finding.cwe?.[0]}`,
    level: 'error',
    message: { text: finding.title, markdown: finding.details },
    locations: finding.locations?.map(({ file, line, snippet }) => ({
      physicalLocation: {
        artifactLocation: { uri: file },
        region: { startLine: line, snippet: { text: snippet } },
      },
    })),
    properties: { precision: 'high', tags: ['security', `cwe-${finding.cwe?.[0]}`] },
  }
}

const filled = (text: string, { symbol, name, version }: Subject): string =>
  text.replaceAll('%f', symbol).replaceAll('%p', name).replaceAll('%v', version)

function detailsOf(chance: Chance, subject: Subject): string {
  const { flaw, name, version } = subject
  const parts = [
    filled(chance.one(flaw.causes), subject),
    filled(chance.one(flaw.effects), subject),
    `Seen in ${name} ${version}, commit ${chance.digest(12)}.`,
    ...(chance.is(0.4)
      ? [
          '## Steps',
          `1. Build ${name} as its README says.\n2. Run the proof below.\n3. Look at the offset.`,
          `\`\`\`sh\n${filled(flaw.proof, subject)}\n\`\`\``,
        ]
      : []),
    ...(chance.is(0.5)
      ? [`The header is read before its length is known (${chance.digest(6)}).`]
      : []),
  ]
  return parts.join('\n\n')
}

function placed(subject: Subject): Partial<Finding> {
  const { file, line, symbol } = subject
  return {
    symbols: [symbol],
    locations: [
      {
        file,
        line,
        function: symbol,
        snippet: `static int ${symbol}(struct head *h, size_t n) {\n  memcpy(row, h->at, h->n);`,
      },
      { file: 'src/main.c', line: 40, role: 'flow' },
    ],
  }
}

function evidenced(chance: Chance, subject: Subject): Partial<Finding> {
  const { flaw, symbol, file, line } = subject
  if (!chance.is(0.4)) return {}
  const proofs = [{ language: 'sh', text: filled(flaw.proof, subject) }]
  if (!flaw.crash) return { proofs }
  const frames = [
    { function: symbol, file, line },
    { function: 'dispatch', file: 'src/main.c', line: 77 },
    { function: 'main', file: 'src/main.c', line: 12 },
  ]
  return { proofs, crash: { kind: flaw.crash, access: 'write', sizeBytes: 8, frames } }
}
