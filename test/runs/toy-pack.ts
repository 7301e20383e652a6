import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { openSandbox } from '#platform/sandbox/open-sandbox.ts'

const opened = await openSandbox('namespaces', {}, new AbortController().signal)

/** What tests that run a pack need of the machine; a build has to have it. */
export const sandboxed = opened.ok ? opened.value.sandbox : null
const mayLack = !opened.ok && /limits cannot be held/.test(opened.refusal.why)
const lacking = opened.ok ? null : `no sandbox: ${opened.refusal.why}`
export const skip =
  lacking === null || (process.env['CI'] !== undefined && !mayLack) ? {} : { skip: lacking }

const base = mkdtempSync(join(tmpdir(), 'parley-runs-'))
after(() => rmSync(base, { recursive: true, force: true }))
let made = 0

/** A new name in a folder that is gone after the tests. */
export const fresh = (name: string): string => join(base, `${made++}-${name}`)

export function writeAt(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

export const canaryOf = (index: number): string =>
  `8d5c2f0e-7a43-4f1e-9b6d-${String(index).padStart(12, '0')}`

/** Judged by whether the folder holds `answer.txt` with the word of the task. */
const taskFiles = (id: string, index: number, more: string): Record<string, string> => ({
  [`tasks/${id}/task.yaml`]: `parley: pack-task/1
title: Write ${id}
stratum: { family: write, difficulty: 1 }
canary: ${canaryOf(index)}
instruction: Write the word ${id} to answer.txt.
tools: [shell, files]
${more}
verifier: { files: verifier, command: [sh, /parley/in/verify.sh], seconds: 30, memory-mib: 64 }
solution: { files: solution }
`,
  [`tasks/${id}/verifier/verify.sh`]: `[ -f broken ] && exit 3
[ "$(cat answer.txt 2>/dev/null)" = ${id} ] && echo 1 || echo 0
`,
  [`tasks/${id}/solution/answer.txt`]: `${id}\n`,
})

const plainLimits = 'limits: { tokens: 20000, turns: 6, seconds: 60, memory-mib: 64 }'

/** A pack of toy tasks, each with what is said of it beside. */
export function toyPack(ids: readonly string[], more: string = plainLimits): string {
  const files: Record<string, string> = {
    'pack.yaml': `parley: pack/1
name: toys
version: 1.0.0
label: TLP:CLEAR
tasks: [${ids.join(', ')}]
`,
  }
  for (const [index, id] of ids.entries()) Object.assign(files, taskFiles(id, index, more))
  return writeAt(fresh('pack'), files)
}
