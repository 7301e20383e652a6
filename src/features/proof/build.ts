import { isUtf8 } from 'node:buffer'
import type { ProofBundle } from '#formats/proof/bundle.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Given, SandboxOutcome, SandboxRefusal } from '#platform/sandbox/sandbox.ts'
import { environmentOf, mayTrace } from './attempt.ts'
import { canaryScript, quoted } from './attempt-script.ts'
import { endingText } from './oracle.ts'
import type { Change, FilePatch } from './patch.ts'
import type { ProofRuns, What } from './proof-runs.ts'
import { buildLimits } from './run-limits.ts'
import { textOf } from './seen.ts'

/** A built target: the archive that holds it, or why there is none. */
export type Built = { readonly state: string | null; readonly why: string | null }

/** Builds the target in a sandbox, with the changes of a patch put in before the first step. */
export async function build(
  runs: ProofRuns,
  { proof, source }: { readonly proof: ProofBundle; readonly source: string },
  changes: readonly Change[] | null,
): Promise<Result<Built, SandboxRefusal>> {
  const state = runs.newState()
  const what: What = { purpose: 'build', name: 'the build', isPatched: changes !== null }
  const { files, script } = changeScript(changes ?? [])
  const steps = stepsScript(proof.build, 'build step')
  const done = await runs.run(what, {
    state: source,
    keepState: state,
    given: [...files, scriptFile(`${script}${steps}`)],
    command: ['sh', '/parley/in/steps'],
    environment: environmentOf(proof.oracle),
    mayTrace: mayTrace(proof.oracle),
    stdin: null,
    collect: [],
    limits: buildLimits(proof.limits),
  })
  if (!done.ok) return done
  const { outcome } = done.value
  const isBuilt = outcome.ending.kind === 'exit' && outcome.ending.code === 0
  if (!isBuilt) return yes({ state: null, why: whyNotBuilt(outcome) })
  const why = 'what was built takes more room than the proof allows'
  return yes(outcome.kept ? { state, why: null } : { state: null, why })
}

function whyNotBuilt({ ending, stderr }: SandboxOutcome): string {
  if (ending.kind === 'limit') {
    return `the build did not end: ${endingText(ending)}`
  }
  const step = /^parley: (build step \d+)/m.exec(textOf(stderr))?.[1] ?? 'a build step'
  return `${step} failed: ${endingText(ending)}`
}

const scriptFile = (script: string): Given => ({
  name: 'steps',
  bytes: new TextEncoder().encode(script),
})

/** Each step in a shell of its own, until one fails; which one is said on standard error. */
function stepsScript(steps: readonly string[], name: string): string {
  const lines = steps.map(
    (step, at) =>
      `sh -c ${quoted(step)} </dev/null || ` +
      `{ code=$?; echo "parley: ${name} ${at + 1}" >&2; exit $code; }`,
  )
  return `set -u\ncd /work\n${lines.join('\n')}\n`
}

/** How a shell puts a patch's outcome into the target's folder: whole files, whose modes stay. */
function changeScript(changes: readonly Change[]): {
  readonly files: readonly Given[]
  readonly script: string
} {
  const files: Given[] = []
  const lines = ['set -eu', 'cd /work']
  for (const [at, change] of changes.entries()) {
    const path = quoted(change.path)
    if (change.is === 'remove') {
      lines.push(`rm -f -- ${path}`)
      continue
    }
    const name = `patched-${at + 1}`
    files.push({ name, bytes: new TextEncoder().encode(change.text) })
    lines.push(`mkdir -p -- "$(dirname -- ${path})"`, `cat /parley/in/${name} > ${path}`)
  }
  return { files, script: `${lines.join('\n')}\n` }
}

/**
 * The project's own tests on a built target. A canary is in place as in the attempts, so that what
 * shows it to the tests is seen.
 */
export async function runTests(
  runs: ProofRuns,
  { proof, canary }: { readonly proof: ProofBundle; readonly canary: Uint8Array | null },
  { state, isPatched }: { readonly state: string; readonly isPatched: boolean },
): ReturnType<ProofRuns['run']> {
  const given = [
    scriptFile(
      `set -u\ncd /work\n${canaryScript(proof.oracle, '/parley/in/canary')}` +
        stepsScript(proof.tests, 'test'),
    ),
    ...(canary === null ? [] : [{ name: 'canary', bytes: canary }]),
  ]
  return runs.run(
    { purpose: 'tests', name: "the project's tests", isPatched },
    {
      state,
      keepState: null,
      given,
      command: ['sh', '/parley/in/steps'],
      environment: environmentOf(proof.oracle),
      mayTrace: mayTrace(proof.oracle),
      stdin: null,
      collect: [],
      limits: buildLimits(proof.limits),
    },
  )
}

/** A source file longer than this is not patched. */
const fileBytesMax = 8 * 2 ** 20

/** The texts of the files that a patch changes, read in a sandbox: the host unpacks nothing. */
export async function readFiles(
  runs: ProofRuns,
  { proof, source }: { readonly proof: ProofBundle; readonly source: string },
  files: readonly FilePatch[],
): Promise<Result<ReadonlyMap<string, string>, SandboxRefusal>> {
  const paths = [...new Set(files.flatMap(({ oldPath, newPath }) => [oldPath, newPath]))].filter(
    (path) => path !== null,
  )
  const limits = { ...buildLimits(proof.limits), outputBytes: fileBytesMax }
  const done = await runs.run(
    { purpose: 'files', name: 'reading the files to patch', isPatched: false },
    {
      state: source,
      keepState: null,
      given: [],
      command: ['true'],
      environment: environmentOf(proof.oracle),
      mayTrace: mayTrace(proof.oracle),
      stdin: null,
      collect: paths,
      limits: { ...limits, outputEndsBytes: Math.max(limits.outputEndsBytes, fileBytesMax) },
    },
  )
  if (!done.ok) return done
  const found = new Map<string, string>()
  for (const { name, output } of done.value.outcome.collected) {
    if (output.total > output.bytes.length) {
      const why = `${name} is longer than ${fileBytesMax} bytes, too long to be patched`
      return no({ code: 'bad-run', why })
    }
    // A text that is decoded with losses would be written back with them.
    if (!isUtf8(output.bytes)) {
      return no({ code: 'bad-run', why: `${name} is not UTF-8: only such texts are patched` })
    }
    found.set(name, textOf(output))
  }
  return yes(found)
}
