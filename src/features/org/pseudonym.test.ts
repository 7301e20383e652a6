import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { newPseudonym, veiledJson, veilOf } from './pseudonym.ts'

const veil = veilOf('Finder p-aaaaaa', ['Jane Roe', 'J', 'roe+x@a.example', 'C(++'])

for (const [text, hidden] of [
  ['Janet Roe and Roe stay', 'Janet Roe and Roe stay'],
  ['J stays, a name of one character would be everywhere', null],
  ['By Jane Roe.', 'By Finder p-aaaaaa.'],
  ['JANE  ROE, jane_roe, jane-roe, JaneRoe', 'Finder p-aaaaaa, '.repeat(4).slice(0, -2)],
  ['write to roe+x@a.example', 'write to Finder p-aaaaaa'],
  ['in C(++ it is', 'in Finder p-aaaaaa++ it is'],
] as const) {
  test(`"${text}" is told as ${hidden ?? 'it is'}`, () => {
    assert.equal(veil(text), hidden ?? text)
  })
}

test('a name of nothing but what parts words costs no search', () => {
  const name = `a${' -'.repeat(40)} b`
  const begun = performance.now()
  veilOf('Finder p-aaaaaa', [name, '- - -'])(`a${'-'.repeat(50_000)}`)
  assert.ok(performance.now() - begun < 2_000)
})

test('nothing is replaced where there are no names', () => {
  assert.equal(veilOf('Finder p-aaaaaa', ['', ' '])('a b'), 'a b')
})

test('JSON stays JSON, and its numbers as they are written', () => {
  const json = (name: string) =>
    `{"${name}":1.0e400,"a":["${name}","say \\"${name}\\""],"n":1234567890123456789}`
  const escaped = String.raw`\u004aane Roe`
  assert.equal(veiledJson(json(escaped), veil), json('Finder p-aaaaaa'))
})

test('no whole occurrence of a name stays, wherever it stands', () => {
  const word = fc.stringMatching(/^[A-Z][a-z]{3,8}$/)
  const around = fc.tuple(fc.string(), fc.string())
  fc.assert(
    fc.property(word, word, around, (first, last, [before, after]) => {
      const name = `${first} ${last}`
      const said = JSON.stringify({ at: [`${before} ${name} ${after}`] })
      const { at } = JSON.parse(veiledJson(said, veilOf('Finder p-222222', [name])))
      assert.ok(!at[0].includes(` ${name} `))
    }),
  )
})

test('pseudonyms tell nothing and are not alike', () => {
  const all = Array.from({ length: 200 }, newPseudonym)
  for (const one of all) assert.match(one, /^Finder p-[a-z2-7]{6}$/)
  assert.ok(new Set(all).size > 195)
})
