import { inventoryOf } from '#features/catalog/inventory.ts'
import { knowledgeOf } from '#features/correlate/knowledge.ts'
import { type Assembled, assemble } from '#features/exchange/assemble.ts'
import { Baseline } from '#features/exchange/baseline.ts'
import { pastTriage } from '#features/exchange/past-triage.ts'
import { renderTable } from '#features/exchange/table.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import { environmentOf } from '#platform/config/environment.ts'
import { screenOf } from '#platform/terminal/screen.ts'
import about from '../../package.json' with { type: 'json' }
import { type ExitCode, exitCodeFor, worse } from './exit.ts'
import { failOnWords, failsOn } from './fail-on.ts'
import { readKnown } from './known.ts'
import { print, tell } from './output.ts'
import { progressFor, readAll, requireFormat, tellProblems } from './reading.ts'
import { type ResultOptions, resultsOnOutput, writeResults } from './results.ts'
import { type SecondOpinionOptions, withSecondOpinions } from './second-opinion.ts'
import { whyAbove } from './why.ts'

export type TriageOptions = SecondOpinionOptions &
  ResultOptions & {
    readonly format?: string
    readonly progress?: boolean
    readonly sbom?: readonly string[]
    readonly known?: readonly string[]
    readonly baseline?: readonly string[]
    readonly why?: readonly string[]
    readonly failOn?: string
    readonly top?: string
  }

const casesShownDefault = 40

/** Reads everything that was given and ranks the distinct vulnerabilities in it. */
export async function runTriage(
  names: readonly string[],
  options: TriageOptions,
): Promise<ExitCode> {
  const wrong = wrongUsage(options)
  if (wrong !== null) {
    tell([`parley: ${wrong}`])
    return 2
  }
  if (!requireFormat(options.format)) return 2
  const progress = progressFor(options.progress ?? false)
  const { format, failOn } = options
  const { found, code } = await readAll(names, {
    progress,
    ...(format === undefined ? {} : { format }),
  })
  tellProblems(found.files)
  if (code !== 0 && found.files.every((file) => file.format === null)) return code
  const around = await readAround(options)
  progress.tell(`Correlating ${found.reports.length} reports`)
  const first = assemble(found, {
    version: about.version,
    knowledge: {
      advisory: await knowledgeOf('advisory'),
      prose: await knowledgeOf('prose'),
    },
    ...around,
  })
  progress.end()
  const asked = await withSecondOpinions(first.triage, options)
  if (asked.code === 2) return 2
  const assembled = { ...first, triage: asked.triage }
  const results = [
    code,
    around.code,
    asked.code,
    show(assembled, options),
    writeResults(assembled.triage, options),
  ]
  const worst = results.reduce(worse)
  const remains = failOn !== undefined && failsOn(failOn, assembled.triage.cases)
  return worse(worst, remains ? 1 : 0)
}

function wrongUsage(options: TriageOptions): string | null {
  const { failOn, why, top } = options
  const onOutput = resultsOnOutput(options)
  if (onOutput.length > 1) return `only one of ${onOutput.join(' and ')} fits standard output`
  if (failOn !== undefined && !failOnWords.includes(failOn.toLowerCase())) {
    return `--fail-on takes one of ${failOnWords.join(', ')}, not "${failOn}"`
  }
  if (why !== undefined && why.length !== 2) return '--why takes two cases, by rank, id or title'
  if (top !== undefined && !/^\d{1,9}$/.test(top)) return `--top takes a number, not "${top}"`
  return null
}

type Around = Pick<Parameters<typeof assemble>[1], 'catalog' | 'inventory' | 'baseline'> & {
  readonly code: ExitCode
}

/** What stands around the findings: the inventory, what is public, what is known already. */
async function readAround({ sbom, known, baseline }: TriageOptions): Promise<Around> {
  let code: ExitCode = 0
  const read = async (
    names: readonly string[],
    also: readonly Decoder[] = [],
  ): ReturnType<typeof readAll> => {
    const answer = await readAll(names, { also })
    tellProblems(answer.found.files)
    code = worse(code, answer.code)
    return answer
  }
  const public_ = known ? await readKnown(known) : null
  const before = baseline ? new Baseline() : null
  if (baseline && before) {
    for (const { finding } of (await read(baseline, [pastTriage])).found.reports)
      before.add(finding)
  }
  const inventory = sbom ? inventoryOf((await read(sbom)).found.components) : null
  if (inventory?.size === 0) tell(['parley: --sbom: no component was found in what was given'])
  return {
    catalog: public_?.catalog ?? null,
    inventory,
    baseline: before,
    code: worse(code, public_?.code ?? 0),
  }
}

function show({ triage, priorities }: Assembled, options: TriageOptions): ExitCode {
  if (options.why) {
    const [one = '', other = ''] = options.why
    const answer = whyAbove(triage, priorities, [one, other])
    if (answer.ok) print([answer.value])
    else tell([`parley: ${answer.refusal.why}`])
    return answer.ok ? 0 : exitCodeFor(answer.refusal.code)
  }
  if (resultsOnOutput(options).length > 0) return 0
  const { width, hasColour } = screenOf(process.stdout, environmentOf())
  const casesMax = Number(options.top ?? casesShownDefault)
  print([renderTable(triage, { width, colour: hasColour, casesMax }).trimEnd()])
  return 0
}
