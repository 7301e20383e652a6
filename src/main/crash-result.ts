import { titleOfKind } from '#formats/crash/crash-log.ts'
import type { ExploitabilityClass } from '#formats/crash/exploitability.ts'
import type { CrashCluster } from '#formats/crash/triage.ts'
import { present } from '#formats/finding/present.ts'
import { painter, type Style } from '#platform/terminal/screen.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { clip } from '#platform/terminal/width.ts'

/** What `parley crash` found. */
export type CrashRun = {
  readonly clusters: readonly CrashCluster[]
  readonly files: number
  readonly crashes: number
  /** Names of the files in which no crash was found. */
  readonly without: readonly string[]
}

type Look = {
  readonly width: number
  readonly hasColour: boolean
  readonly clustersMax: number
}

const styles: Readonly<Record<ExploitabilityClass, Style>> = {
  exploitable: 'red',
  'probably-exploitable': 'yellow',
  undefined: 'magenta',
  'not-exploitable': 'green',
}

/** The ranking for people: four lines a cluster, and how much there is of everything. */
export function crashLines(run: CrashRun, { width, hasColour, clustersMax }: Look): string[] {
  const paint = painter({ hasColour })
  const shown = run.clusters.slice(0, clustersMax)
  const lines = shown.flatMap((cluster, at) => {
    const { typical, exploitability, files } = cluster
    const [first] = files
    const { is, condition, why } = exploitability
    const rank = `${at + 1}`.padStart(`${shown.length}`.length)
    const indent = ' '.repeat(rank.length + 2)
    const told = (text: string): string => `${indent}${clip(oneLine(text), width - indent.length)}`
    const head = `${titleOfKind(typical.crash)}, ${countText(cluster)}`
    const room = width - indent.length - is.length - 2
    const state = typical.state.join(' < ')
    return [
      `${rank}  ${paint(is, styles[is])}  ${clip(oneLine(head), room)}`,
      told(state === '' ? '(no frame tells anything)' : state),
      told(`${condition}: ${why}`),
      told(first === undefined ? '' : `${first.name}:${first.line}`),
    ]
  })
  const left = run.clusters.length - shown.length
  if (left > 0) lines.push(`... and ${left} more; --top ${run.clusters.length} shows them all`)
  return [...lines, ...(lines.length > 0 ? [''] : []), totalText(run)]
}

function countText({ crashes, traces, files }: CrashCluster): string {
  const many = traces > 1 ? ` by ${traces} traces` : ''
  const where = files.length > 1 ? ` in ${files.length} files` : ''
  return `${crashes} ${crashes === 1 ? 'crash' : 'crashes'}${many}${where}`
}

function totalText({ clusters, crashes, files, without }: CrashRun): string {
  const read = `${files} ${files === 1 ? 'file' : 'files'}`
  if (crashes === 0) return `No crash in ${read}.`
  const hold = without.length === 1 ? 'holds' : 'hold'
  const rest = without.length > 0 ? `; ${without.length} ${hold} none` : ''
  const about = `${clusters.length} ${clusters.length === 1 ? 'cluster' : 'clusters'}`
  return `${crashes} ${crashes === 1 ? 'crash' : 'crashes'} in ${read}${rest}; ${about}.`
}

/** The same for programs, whole. */
export function crashJson({ clusters, files, crashes, without }: CrashRun): string {
  const value = {
    files,
    crashes,
    withoutCrash: without,
    clusters: clusters.map((cluster, at) => {
      const { kind, by, access, sizeBytes, address, message, state, place } = cluster.typical
      return present<object>({
        ...{ rank: at + 1, kind, by, access, sizeBytes, address, message, state, place },
        exploitability: cluster.exploitability,
        clusterfuzz: cluster.clusterfuzz ?? undefined,
        frames: cluster.typical.crash.frames,
        ...{ crashes: cluster.crashes, traces: cluster.traces, files: cluster.files },
      })
    }),
  }
  return `${JSON.stringify(value, null, 2)}\n`
}
