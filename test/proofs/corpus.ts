import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openProof } from '#features/proof/bundle-opening.ts'
import { locate } from '#features/proof/locate.ts'
import { oneMirror } from '#features/proof/mirror-folder.ts'
import { tryPatch } from '#features/proof/verify-patch.ts'
import { evidenceOf, runProof } from '#features/proof/verify-proof.ts'
import { systemClock } from '#kernel/clock.ts'
import type { Sandbox } from '#platform/sandbox/sandbox.ts'
import { tableLines } from '#platform/terminal/table.ts'

/** A program of the corpus: what is wrong with it, and what has to be there to build and run it. */
export type Program = {
  readonly name: string
  readonly weakness: string
  readonly tools: readonly string[]
}

const program = (name: string, weakness: string, ...tools: readonly string[]): Program => ({
  name,
  weakness,
  tools,
})

/** Those whose tools most machines have: `npm test` tries them. */
export const everyday: readonly Program[] = [
  program('c-heap-overflow', 'heap overflow', 'gcc'),
  program('c-integer-overflow', 'integer overflow', 'gcc'),
  program('c-format-string', 'format string', 'gcc'),
  program('py-path-traversal', 'path traversal', 'python3'),
  program('py-deserialisation', 'deserialisation', 'python3'),
  program('js-prototype-pollution', 'prototype pollution', 'node'),
  program('js-parser-confusion', 'parser confusion', 'node'),
  program('sh-injection', 'injection', 'sh'),
  program('http-missing-authorisation', 'missing authorisation', 'python3', 'bash'),
]

/** Those that take a compiler which is large or slow: `npm run interop -- proofs` tries them. */
export const compiled: readonly Program[] = [
  program('cpp-use-after-free', 'use after free', 'g++'),
  program('go-race', 'race', 'go', 'gcc'),
  program('rust-unbounded-allocation', 'unbounded allocation', 'rustc', 'gcc'),
  program('java-external-entity', 'external entity', 'javac', 'java'),
]

/** The patches of each program, and what has to be said of them. */
const expected = {
  'right.diff': 'fixes',
  'input-only.diff': 'fixes this input only',
  'breaks-test.diff': 'breaks tests',
  'adds-flaw.diff': 'adds a failure',
} as const

export type Row = {
  readonly program: string
  readonly weakness: string
  readonly what: string
  readonly expected: string
  readonly got: string
  readonly why: string
}

/** Fewer mutants than usual, since each program supplies a variant of its own. */
const mutantsMax = 10

/** Runs one program's proof and each of its patches; a row for the level and for each verdict. */
export async function rowsOf(
  { name, weakness }: Program,
  sandbox: Sandbox,
): Promise<readonly Row[]> {
  const folder = join(import.meta.dirname, name)
  const scratch = mkdtempSync(join(tmpdir(), 'parley-corpus-'))
  const { signal } = new AbortController()
  try {
    const opened = await openProof(folder, { scratch, mirrors: oneMirror(null), signal })
    if (!opened.ok) throw new Error(`${opened.refusal.at}: ${opened.refusal.why}`)
    await using proof = opened.value
    const { open } = proof
    const located = await locate(open.proof.location, open.tree, null)
    const asked = { runs: 3, verifier: { name: 'The test', model: null }, located, mutantsMax }
    const done = await runProof(open, asked, {
      ...{ sandbox, root: { kind: 'host' }, clock: systemClock, signal, folder: scratch },
      scrubbing: { hidden: [scratch], lengthMax: 4096 },
      nonce: () => randomBytes(12).toString('hex'),
    })
    if (!done.ok) throw new Error(done.refusal.why)
    const { level, runs, missing } = evidenceOf(done.value, null)
    const row = { program: name, weakness }
    const got = `${level}, ${runs.met} of ${runs.of}`
    const rows: Row[] = [
      { ...row, what: 'proof', expected: 'E3, 3 of 3', got, why: missing.join('; ') },
    ]
    for (const [what, verdict] of Object.entries(expected)) {
      const seen = await tryPatch(done.value, readFileSync(join(folder, what), 'utf8'))
      if (!seen.ok) throw new Error(seen.refusal.why)
      const { why } = seen.value
      rows.push({ ...row, what, expected: verdict, got: seen.value.verdict ?? 'nothing', why })
    }
    return rows
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** The rows as a table for people. */
export const tableOf = (rows: readonly Row[]): string =>
  tableLines(
    ['program', 'weakness', 'what', 'expected', 'got'].map((title) => ({ title, widthMin: 8 })),
    rows.map((row) => [row.program, row.weakness, row.what, row.expected, row.got]),
    { width: 140 },
  ).join('\n')
