import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, describe, test } from 'node:test'
import { openSandbox } from '#platform/sandbox/open-sandbox.ts'
import { everyday, type Program, type Row, rowsOf, tableOf } from './corpus.ts'

const isRequired = process.env['CI'] !== undefined
const opened = await openSandbox('namespaces', {}, new AbortController().signal)
/** A machine of a build may lack nothing but cgroups that it may write. */
const mayLack = !opened.ok && /limits cannot be held/.test(opened.refusal.why)
const rows: Row[] = []

/** Why a program cannot be tried on this machine, or null. */
function whyNot({ tools }: Program): string | null {
  if (!opened.ok) return `no sandbox: ${opened.refusal.why}`
  const env = { PATH: '/usr/local/bin:/usr/bin:/bin' }
  const missing = tools.find((tool) => spawnSync(tool, ['--version'], { env }).error)
  return missing === undefined ? null : `there is no ${missing} below /usr`
}

describe('the verifier tells the patches of each program apart', { concurrency: 2 }, () => {
  for (const program of everyday) {
    const why = whyNot(program)
    const skip = why === null || (isRequired && !mayLack) ? {} : { skip: why }
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
