import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { type Cvss, parseCvss } from '#formats/cvss/cvss.ts'
import { sharedPath, skipWithout } from './shared.ts'

const folder = sharedPath('fixtures', 'cvss', 'RedHatProductSecurity__cvss', 'tests')
const skip = skipWithout(folder)

/** The files of vectors, with the number of lines each must have: none may be passed over. */
const files = [
  ['vectors_simple2', 729],
  ['vectors_cvsslib2', 24],
  ['vectors_calculator2', 5],
  ['vectors_simple3', 2592],
  ['vectors_cvsslib3', 29],
  ['vectors_calculator3', 2],
  ['vectors_simple31', 2592],
  ['vectors_simple4', 1058],
  ['vectors_security4', 54],
  ['vectors_supplemental4', 576],
  ['vectors_threat4', 6],
] as const

for (const [name, count] of files) {
  test(`${name}: all ${count} vectors score as they should`, { skip }, () => {
    const lines = readFileSync(`${folder}/${name}`, 'utf8').trim().split('\n')
    assert.equal(lines.length, count)
    for (const line of lines) {
      const [vector = '', expected = ''] = line.split(' - ')
      const parsed = parseCvss(vector)
      assert.ok(parsed.ok, `${vector}: ${parsed.ok ? '' : parsed.refusal.why}`)
      assert.deepEqual(listed(parsed.value), numbersIn(expected), line)
    }
  })
}

/** `(9.0, 8.6, None)`, `(9.2,)` or `0.0`; -0.0 is 0. */
const numbersIn = (text: string): (number | null)[] =>
  text
    .replace(/[()]/g, '')
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => (part.trim() === 'None' ? null : Math.abs(Number(part))))

/** Version 2 tells undefined groups apart; version 3 falls back; version 4 has one score. */
function listed({ version, scores, score }: Cvss): (number | null)[] {
  const { base, threat, environment } = scores
  if (version === '2.0') return [base, threat ?? null, environment ?? null]
  if (version === '4.0') return [score]
  return [base, threat ?? base, environment ?? threat ?? base]
}
