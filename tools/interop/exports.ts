import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aiPackageOf } from '#formats/spdx/ai-package.ts'
import { evaluated, subject, verdict } from '../../test/formats/evaluation-result.ts'
import type { Outcome, Told } from './client.ts'
import { pythonWith } from './python.ts'

/** SPDX's own model, which reads what is written of a model. */
export const spdx = 'SPDX'

const script = join(import.meta.dirname, 'exports', 'spdx.py')
const at = new Date('2026-11-02T03:04:05Z')

const metrics = [
  ['find-the-flaw: match accuracy', '0.75'],
  ['find-the-flaw: match accuracy, standard error', '0.25'],
  ['find-the-flaw: attempts planned', '5'],
  ['find-the-flaw: attempts that ended as success', '3'],
  ['find-the-flaw: attempts that ended as not_run', '1'],
]

const cases = [
  {
    name: 'SPDX: a package that says all is read as it was meant',
    given: { result: evaluated, subject, verdict, at, organisation: 'Institute' },
    wanted: {
      name: 'Model 1',
      missing: [],
      release: '2026-12-01T07:00:00+00:00',
      supplier: 'Lab',
      risk: 'high',
      metrics,
      thresholds: ['0.5', 'bash', '5000', '0.05', 'cd'.repeat(32)],
      profiles: ['core', 'software', 'ai'],
      elements: 5,
    },
  },
  {
    name: 'SPDX: a package that says little is read as that',
    given: { result: evaluated, subject: {}, verdict: null, at, organisation: null },
    wanted: {
      name: 'lab/model-1',
      missing: [],
      release: null,
      supplier: null,
      risk: null,
      metrics,
      thresholds: [],
      profiles: ['core', 'software'],
      elements: 4,
    },
  },
] as const

export async function spdxOutcomes(): Promise<Told> {
  const work = mkdtempSync(join(tmpdir(), 'parley-spdx-'))
  try {
    const python = pythonWith(work, 'spdx_python_model', 'spdx-python-model')
    if (!python.is) return python.why
    return new Map(cases.map((each) => [each.name, outcomeOf(each, { work, python: python.path })]))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

type Place = { readonly work: string; readonly python: string }

function outcomeOf({ given, wanted }: (typeof cases)[number], { work, python }: Place): Outcome {
  const path = join(work, 'model.spdx.json')
  writeFileSync(path, JSON.stringify(aiPackageOf(given)))
  const { status, stdout, stderr } = spawnSync(python, [script, path], { encoding: 'utf8' })
  if (status !== 0) return { is: 'fail', why: stderr.trim().split('\n').at(-1) ?? 'no reason' }
  const isSame = JSON.stringify(JSON.parse(stdout)) === JSON.stringify(wanted)
  return isSame ? { is: 'pass', why: '' } : { is: 'fail', why: stdout.trim() }
}
