import type { Level, Step } from '#features/proof/evidence.ts'
import type { ProofRecord } from '#features/proof/record.ts'
import type { PatchSeen } from '#features/proof/verdict.ts'
import type { Crash } from '#formats/finding/finding.ts'
import type { Paint } from '#platform/terminal/screen.ts'
import { oneLine } from '#platform/terminal/visible.ts'

const meanings: Readonly<Record<Level, string>> = {
  E0: 'claimed',
  E1: 'located',
  E2: 'complete',
  E3: 'reproduced',
  E4: 'fix verified',
}

const framesShown = 6

/** What was seen of a proof, as lines for a terminal. */
export function ladderLines(record: ProofRecord, paint: Paint): readonly string[] {
  const { evidence, shown, patch, remarks } = record
  const { level, runs } = evidence
  const reached = `${level} ${meanings[level]}`
  const counted = runs.of === 0 ? '' : `, ${runs.met} of ${runs.of} runs`
  return [
    paint(oneLine(record.title), 'bold'),
    ...evidence.steps.map((step) => stepLine(step, paint)),
    '',
    `${paint(reached, level === 'E0' ? 'yellow' : 'green')}${counted}`,
    ...(shown === null ? [] : [`shown: ${oneLine(shown.why)}`, ...crashLines(shown.crash)]),
    ...(patch === null ? [] : patchLines(patch)),
    ...evidence.missing.map((one) => `missing for the next level: ${oneLine(one)}`),
    ...remarks.map((one) => `remark: ${oneLine(one)}`),
    '',
    ...settingLines(record),
  ]
}

function stepLine({ level, isReached, why }: Step, paint: Paint): string {
  const mark = isReached ? paint('yes', 'green') : paint('no ', 'yellow')
  return `  ${level} ${meanings[level].padEnd(12)} ${mark} ${oneLine(why)}`
}

function crashLines(crash: Crash | null): readonly string[] {
  if (crash === null) return []
  const size = crash.sizeBytes === undefined ? '' : ` of ${crash.sizeBytes}`
  const access = crash.access === undefined ? '' : ` (${crash.access}${size})`
  const frames = crash.frames.slice(0, framesShown).map(({ function: name, file, line }) => {
    const place = file === undefined ? '' : ` ${file}${line === undefined ? '' : `:${line}`}`
    return `         ${oneLine(`${name}${place}`)}`
  })
  const left = crash.frames.length - frames.length
  const more = left > 0 ? [`         and ${left} more frames`] : []
  return [`crash: ${oneLine(`${crash.kind}${access}`)}`, ...frames, ...more]
}

function patchLines({ verdict, why, notes }: PatchSeen): readonly string[] {
  return [
    `patch: ${verdict ?? 'not tried'}: ${oneLine(why)}`,
    ...notes.map(({ words }) => `note on the patch: ${oneLine(words)}`),
  ]
}

function settingLines({ isolation, environment, runs, variants }: ProofRecord): readonly string[] {
  if (isolation === null) return []
  const { tier, by, egress } = isolation
  const tools = Object.entries(environment.tools).map(([tool, said]) => said ?? `no ${tool}`)
  const on = [environment.system, ...tools]
  const found = variants.length === 0 ? '' : `, ${variants.length} variants`
  return [
    `sandbox: ${oneLine(`${tier}, ${by}; network denied (${egress.how})`)}`,
    `environment: ${environment.digest.slice(0, 16)} ${oneLine(on.join('; '))}`,
    `runs of the sandbox: ${runs.length}${found}`,
  ]
}
