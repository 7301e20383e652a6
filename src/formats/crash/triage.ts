import { lineCounter } from '#formats/text/line-counter.ts'
import { type ClusterOptions, clusterTraces, signatureOf } from './cluster.ts'
import { type ClusterFuzzCrash, clusterFuzzCrash } from './clusterfuzz.ts'
import { type CrashReport, crashesIn } from './crash.ts'
import type { Exploitability, ExploitabilityClass } from './exploitability.ts'
import { type TypedCrash, typedCrash } from './typed-crash.ts'

/** A log that holds crashes of a cluster. */
export type CrashFile = {
  readonly name: string
  /** One-based: where its first crash of the cluster begins. */
  readonly line: number
  readonly crashes: number
}

/** Crashes that are taken for one flaw. */
export type CrashCluster = {
  /** The trace that was seen most often, which stands for the others. */
  readonly typical: TypedCrash
  /** The same trace in the words of ClusterFuzz, to look it up where those are used. */
  readonly clusterfuzz: ClusterFuzzCrash | null
  /** The gravest class among the crashes, with its reason. */
  readonly exploitability: Exploitability
  readonly crashes: number
  /** Different traces among the crashes. */
  readonly traces: number
  /** In the order of names; those with the typical trace first. */
  readonly files: readonly CrashFile[]
}

const gravest: readonly ExploitabilityClass[] = [
  'exploitable',
  'probably-exploitable',
  'undefined',
  'not-exploitable',
]

/** So much of a log is read again for the words of ClusterFuzz. */
const reportCharsMax = 200_000

type Trace = {
  readonly typed: TypedCrash
  readonly clusterfuzz: ClusterFuzzCrash | null
  readonly signature: string | null
  times: number
  readonly files: Map<string, CrashFile>
}

/**
 * Gathers the crashes of logs, one log after another, and ranks what they are about. A trace is
 * kept once however often it is seen, so memory grows with different traces and names of files.
 */
export class CrashTriage {
  readonly #traces: Trace[] = []
  readonly #byKey = new Map<string, Trace>()
  readonly #options: ClusterOptions

  constructor(options: ClusterOptions = {}) {
    this.#options = options
  }

  /**
   * Takes the crashes of one log and answers how many it has. A log with nothing but exceptions
   * that were logged is about those.
   */
  add(name: string, text: string): number {
    const all = crashesIn(text)
    const telling = all.filter(({ weight }) => weight !== 'mention')
    const found = telling.length > 0 ? telling : all
    const lineAt = lineCounter(text)
    for (const [at, report] of found.entries()) {
      const end = Math.min(found[at + 1]?.start ?? text.length, report.start + reportCharsMax)
      this.#keep({ name, line: lineAt(report.start), crashes: 1 }, report, () =>
        text.slice(report.start, end),
      )
    }
    return found.length
  }

  #keep(at: CrashFile, report: CrashReport, textOf: () => string): void {
    const typed = typedCrash(report)
    const signature = signatureOf(typed.crash, this.#options)
    const key = signature === null ? null : `${typed.exploitability.condition} ${signature}`
    const known = key === null ? undefined : this.#byKey.get(key)
    const trace = known ?? newTrace(signature, typed, textOf())
    if (!known) this.#traces.push(trace)
    if (key !== null) this.#byKey.set(key, trace)
    trace.times++
    const file = trace.files.get(at.name)
    trace.files.set(at.name, file ? { ...file, crashes: file.crashes + 1 } : at)
  }

  /** What the crashes are about: gravest class first, then what was seen most often. */
  ranked(): CrashCluster[] {
    const seen = this.#traces.map(({ typed, signature, times }) => ({
      ...{ crash: typed.crash, signature, times },
    }))
    const clusters = new Map<number, Trace[]>()
    for (const [at, number] of clusterTraces(seen, this.#options).entries()) {
      const trace = this.#traces[at]
      if (!trace) continue
      const together = clusters.get(number)
      if (together) together.push(trace)
      else clusters.set(number, [trace])
    }
    return [...clusters.values()]
      .map(clusterOf)
      .sort(
        (a, b) =>
          gravity(a.exploitability) - gravity(b.exploitability) ||
          b.crashes - a.crashes ||
          compare(keyOf(a), keyOf(b)),
      )
  }
}

/** A copy, because the texts in a crash would keep the whole log in memory. */
const newTrace = (signature: string | null, typed: TypedCrash, text: string): Trace => ({
  ...{ typed: structuredClone(typed), clusterfuzz: structuredClone(clusterFuzzCrash(text)) },
  ...{ signature, times: 0, files: new Map() },
})

const gravity = ({ is }: Exploitability): number => gravest.indexOf(is)
const keyOf = ({ typical, files }: CrashCluster): string =>
  [...typical.state, typical.kind, files[0]?.name].join('\n')
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function clusterOf(traces: readonly Trace[]): CrashCluster {
  const ordered = traces.toSorted(
    (a, b) => b.times - a.times || compare(a.signature ?? '', b.signature ?? ''),
  )
  const [first] = ordered
  if (!first) throw new Error('a cluster without a trace')
  const files = new Map<string, CrashFile>()
  for (const trace of ordered) {
    for (const file of [...trace.files.values()].sort((a, b) => compare(a.name, b.name))) {
      const known = files.get(file.name)
      const crashes = file.crashes + (known?.crashes ?? 0)
      const line = Math.min(file.line, known?.line ?? file.line)
      files.set(file.name, { name: file.name, line, crashes })
    }
  }
  return {
    typical: first.typed,
    clusterfuzz: first.clusterfuzz,
    exploitability: ordered
      .map(({ typed }) => typed.exploitability)
      .reduce((worst, one) => (gravity(one) < gravity(worst) ? one : worst)),
    crashes: ordered.reduce((sum, { times }) => sum + times, 0),
    traces: ordered.length,
    files: [...files.values()],
  }
}
