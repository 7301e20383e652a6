import { no, type Result, yes } from '#kernel/result.ts'
import type { Attempt, Environment, HttpStep, ProofBundle, Run, Target } from './bundle.ts'
import { problemsOfIssue } from './issue-words.ts'
import { liveTargets } from './live-target.ts'
import type { ProofProblem } from './problem.ts'
import { type AttemptWire, ProofShape, type ProofWire, type StepWire } from './shape.ts'
import { readYamlTree } from './yaml-tree.ts'

/** A bundle, and where its members stand in the document. */
export type LocatedProof = {
  readonly bundle: ProofBundle
  readonly lineOf: (pointer: string) => number | null
}

const problemsMax = 100

/** Reads `proof.yaml` (YAML 1.2 or JSON): the bundle, or everything that is wrong at once. */
export function decodeProof(text: string): Result<ProofBundle, readonly ProofProblem[]> {
  const located = locateProof(text)
  return located.ok ? yes(located.value.bundle) : located
}

/** The same, for those who have more to say about lines of the document. */
export function locateProof(text: string): Result<LocatedProof, readonly ProofProblem[]> {
  const { value, lineOf, problems } = readYamlTree(text)
  if (value === undefined) return no(problems)
  const read = ProofShape.safeParse(value, { reportInput: true })
  const known = new Set(problems.map(({ pointer }) => pointer))
  const wrong = read.success
    ? []
    : read.error.issues
        .flatMap((issue) => problemsOfIssue(issue, ProofShape, lineOf))
        .filter(({ pointer }) => !known.has(pointer))
  const all = [...problems, ...wrong, ...liveTargets(value, lineOf)]
  if (!read.success || all.length > 0) return no(inOrder(all))
  return yes({ bundle: bundleOf(read.data), lineOf })
}

/** By line, as somebody mends them. */
function inOrder(problems: readonly ProofProblem[]): ProofProblem[] {
  const ordered = [...problems].sort((one, other) => (one.line ?? 0) - (other.line ?? 0))
  if (ordered.length <= problemsMax) return ordered
  const why = `has ${ordered.length - problemsMax} more problems`
  return [...ordered.slice(0, problemsMax), { pointer: '', line: null, why }]
}

function bundleOf(wire: ProofWire): ProofBundle {
  const { location, limits, finder } = wire
  return {
    title: wire.title,
    proposed: wire.proposed ?? null,
    target: targetOf(wire.target),
    location: location
      ? { file: location.file, function: location.function ?? null, line: location.line ?? null }
      : null,
    environment: environmentOf(wire.environment),
    build: wire.build,
    run: runOf(wire.run),
    oracle: oracleOf(wire.oracle),
    benign: wire.benign ? attemptOf(wire.benign) : null,
    variants: wire.variants.map((one) => ({ name: one.name, ...attemptOf(one) })),
    patch: wire.patch ?? null,
    tests: wire.tests,
    limits: {
      buildSeconds: limits['build-seconds'],
      runSeconds: limits['run-seconds'],
      memoryMiB: limits['memory-mib'],
      processes: limits.processes,
      diskMiB: limits['disk-mib'],
      outputMiB: limits['output-mib'],
    },
    authorisation: wire.authorisation,
    finder: { name: finder.name, model: finder.model ?? null },
  }
}

function targetOf({ purl, ...source }: ProofWire['target']): Target {
  return { purl: purl ?? null, source }
}

const environmentOf = (wire: ProofWire['environment']): Environment =>
  wire.kind === 'host' ? { kind: 'host', tools: wire.tools ?? {} } : wire

function runOf(wire: ProofWire['run']): Run {
  if (wire.kind === 'command') return { ...wire, input: wire.input ?? { kind: 'none' } }
  const { kind, command, port, exchange } = wire
  const readyWithinMs = Math.round(wire['ready-within-seconds'] * 1000)
  return { kind, command, port, readyWithinMs, exchange: exchange.map(stepOf) }
}

function stepOf({ method, path, headers = {}, ...wire }: StepWire): HttpStep {
  const file = wire['body-file']
  const text = wire.body === undefined ? null : { text: wire.body }
  return { method, path, headers, body: file === undefined ? text : { path: file } }
}

const attemptOf = ({ input, exchange }: AttemptWire): Attempt => ({
  input: input ?? null,
  exchange: exchange?.map(stepOf) ?? null,
})

function oracleOf(wire: ProofWire['oracle']): ProofBundle['oracle'] {
  switch (wire.kind) {
    case 'sanitizer':
      return { ...wire, error: wire.error ?? null, function: wire.function ?? null }
    case 'exit':
      return { ...wire, says: wire.says ?? null }
    case 'canary-written':
      return { ...wire, text: wire.text ?? null }
    case 'http':
      return { kind: wire.kind, status: wire.status ?? null, says: wire.says ?? null }
    default:
      return wire
  }
}
