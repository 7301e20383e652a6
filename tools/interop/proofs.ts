import { spawnSync } from 'node:child_process'
import { openSandbox } from '#platform/sandbox/open-sandbox.ts'
import { compiled, rowsOf, tableOf } from '../../test/proofs/corpus.ts'
import type { Outcome, Told } from './client.ts'

/** The programs of the corpus whose compilers `npm test` does not ask for. */
export const compiledProofs = 'proofs'

/** What a sandbox sees of this machine is what lies below `/usr`. */
const path = '/usr/local/bin:/usr/bin:/bin:/usr/local/go/bin'

/** Whether each compiled program's proof holds and its patches are told apart. */
export async function proofOutcomes(): Promise<Told> {
  const opened = await openSandbox('namespaces', {}, new AbortController().signal)
  if (!opened.ok) return `no sandbox: ${opened.refusal.why}`
  const outcomes = new Map<string, Outcome>()
  for (const program of compiled) {
    const missing = program.tools.find((tool) => spawnSync(tool, { env: { PATH: path } }).error)
    if (missing !== undefined) {
      outcomes.set(program.name, { is: 'skip', why: `there is no ${missing} below /usr` })
      continue
    }
    const rows = await rowsOf(program, opened.value.sandbox)
    process.stdout.write(`${tableOf(rows)}\n\n`)
    for (const { what, expected, got, why } of rows) {
      const is = got === expected ? 'pass' : 'fail'
      outcomes.set(`${program.name}: ${what}`, { is, why: is === 'pass' ? '' : `${got}: ${why}` })
    }
  }
  return outcomes
}
