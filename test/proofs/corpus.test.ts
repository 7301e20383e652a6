import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { environmentOf } from '#features/proof/attempt.ts'
import { openSandbox } from '#platform/sandbox/open-sandbox.ts'
import { isOfMachine, never, ran, runOf, textOf } from '../escape/sandboxes.ts'
import { everyday, type Program, type Row, rowsOf, tableOf } from './corpus.ts'

const opened = await openSandbox('namespaces', {}, never)
const rows: Row[] = []

/** Tools of the programs that a run of the sandbox does not find. */
const missing = new Set(await toolsMissing())

async function toolsMissing(): Promise<readonly string[]> {
  const tools = everyday.flatMap((program) => program.tools)
  if (!opened.ok) return tools
  const script = tools.map((tool) => `command -v ${tool} >/dev/null || echo ${tool}`).join('\n')
  const environment = environmentOf({ kind: 'signal', signal: 'SIGSEGV' })
  const { stdout } = await ran(opened.value.sandbox, runOf(script, { environment }))
  return textOf(stdout).split('\n').filter(Boolean)
}

/** Why a program cannot be tried on this machine, or null. */
function whyNot({ tools }: Program): string | null {
  if (!opened.ok) return `no sandbox: ${opened.refusal.why}`
  const tool = tools.find((one) => missing.has(one))
  return tool === undefined ? null : `a sandbox of this machine sees no ${tool}`
}

/** The machine that tests every change has the other tools; Node may be where no run may look. */
const mayLack = (program: Program): boolean =>
  process.env['CI'] === undefined ||
  (opened.ok
    ? program.tools.every((tool) => !missing.has(tool) || tool === 'node')
    : isOfMachine(opened.refusal))

describe('the verifier tells the patches of each program apart', { concurrency: 2 }, () => {
  for (const program of everyday) {
    const why = whyNot(program)
    const skip = why === null || !mayLack(program) ? {} : { skip: why }
    test(`${program.name} (${program.weakness})`, skip, async () => {
      assert.ok(opened.ok && why === null, why ?? 'no sandbox')
      const found = await rowsOf(program, opened.value.sandbox)
      rows.push(...found)
      const wrong = found.filter((row) => row.got !== row.expected)
      assert.deepEqual(wrong, [])
    })
  }
  after(() => process.stdout.write(`${tableOf(rows)}\n`))
})
