import { createHash } from 'node:crypto'
import type { Environment, ProofBundle } from '#formats/proof/bundle.ts'
import { type Result, yes } from '#kernel/result.ts'
import type { SandboxRefusal } from '#platform/sandbox/sandbox.ts'
import { environmentOf, mayTrace } from './attempt.ts'
import type { ProofRuns } from './proof-runs.ts'
import { buildLimits } from './run-limits.ts'
import { textOf } from './seen.ts'

/** What a proof ran on, read inside of the sandbox. */
export type EnvironmentSeen = {
  /** SHA-256 over the system and the tools, as hex: equal digests, equal words of every tool. */
  readonly digest: string
  readonly system: string
  /** The first line that each tool says of its version; null for a tool that is not there. */
  readonly tools: Readonly<Record<string, string | null>>
  /** What the proof asks for and is not there, in plain words. */
  readonly lacks: readonly string[]
}

/** Tools that are asked for their version where a proof's commands name them. */
const knownTools = [
  ...['gcc', 'g++', 'cc', 'clang', 'clang++', 'make', 'cmake', 'ld', 'go', 'rustc', 'cargo'],
  ...['javac', 'java', 'python3', 'node', 'npm', 'bash', 'perl', 'ruby', 'php', 'dotnet'],
]
/** How to ask those that do not know `--version`. */
const questions: Readonly<Record<string, string>> = {
  go: 'version',
  java: '-version',
  javac: '-version',
}

/** Asks the tools of a sandbox for their versions, and compares with what the proof demands. */
export async function readEnvironment(
  runs: ProofRuns,
  proof: ProofBundle,
): Promise<Result<EnvironmentSeen, SandboxRefusal>> {
  const tools = toolsOf(proof)
  const lines = tools.map((tool) => {
    const question = questions[tool] ?? '--version'
    const asks = `${tool} ${question} 2>&1 </dev/null | head -n 2`
    return `echo "= ${tool}"; command -v ${tool} >/dev/null && ${asks}`
  })
  const system = '(. /usr/lib/os-release && echo "$PRETTY_NAME") 2>/dev/null; uname -m'
  const script = [system, ...lines, 'true'].join('\n')
  const done = await runs.run(
    { purpose: 'environment', name: 'reading the tools', isPatched: false },
    {
      state: null,
      keepState: null,
      given: [],
      command: ['sh', '-c', script],
      environment: environmentOf(proof.oracle),
      mayTrace: mayTrace(proof.oracle),
      stdin: null,
      collect: [],
      limits: buildLimits(proof.limits),
    },
  )
  return done.ok ? yes(environmentSeen(proof.environment, textOf(done.value.outcome.stdout))) : done
}

const toolName = /^[A-Za-z0-9][\w.+-]{0,40}$/

function toolsOf({ environment, build, run, tests }: ProofBundle): readonly string[] {
  const named = environment.kind === 'host' ? Object.keys(environment.tools) : []
  const words = new Set(
    [...build, ...tests, ...run.command].flatMap((text) => text.split(/[\s;&|()$"'=/]+/)),
  )
  const used = knownTools.filter((tool) => words.has(tool))
  return [...new Set([...named.filter((tool) => toolName.test(tool)), ...used])].sort()
}

/** Reads what the tools said, and tells what is missing of what was demanded. */
export function environmentSeen(demanded: Environment, said: string): EnvironmentSeen {
  const [system = '', ...parts] = said.split(/^= /m)
  const tools: Record<string, string | null> = {}
  for (const part of parts) {
    const [tool = '', ...lines] = part.split('\n')
    tools[tool] = lines.find((line) => /\d+\.\d+|\d{2,}/.test(line))?.trim() ?? null
  }
  const shown = system.trim().replaceAll('\n', ', ')
  const text = [shown, ...Object.entries(tools).map(([tool, line]) => `${tool} ${line ?? '-'}`)]
  const image = demanded.kind === 'host' ? '' : JSON.stringify(demanded)
  const digest = createHash('sha256')
    .update([image, ...text].join('\n'))
    .digest('hex')
  return { digest, system: shown, tools, lacks: lacksOf(demanded, tools) }
}

function lacksOf(
  demanded: Environment,
  tools: Readonly<Record<string, string | null>>,
): readonly string[] {
  if (demanded.kind !== 'host') return []
  return Object.entries(demanded.tools).flatMap(([tool, version]) => {
    const said = tools[tool] ?? null
    if (said === null) return [`the tool ${tool}: the sandbox's root has none`]
    const found = versionIn(said)
    const isIt = version === '' || found === version || found?.startsWith(version) === true
    return isIt ? [] : [`${tool} in a version ${version}: the sandbox's root has ${found ?? said}`]
  })
}

/** The version in a tool's line; what stands in parentheses is the packager's. */
function versionIn(said: string): string | null {
  const plain = said.replace(/\([^)]*\)/g, ' ')
  return /\d+(?:\.[\w-]+)+/.exec(plain)?.[0] ?? /\d+/.exec(plain)?.[0] ?? null
}
