import assert from 'node:assert/strict'
import { test } from 'node:test'
import { environmentOf } from './environment.ts'

for (const [what, variables, isRefused, isForced] of [
  ['nothing set', {}, false, false],
  ['an empty NO_COLOR', { NO_COLOR: '' }, false, false],
  ['NO_COLOR=0, which still says no', { NO_COLOR: '0' }, true, false],
  ['a dumb terminal', { TERM: 'dumb' }, true, false],
  ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, false, false],
  ['FORCE_COLOR=1', { FORCE_COLOR: '1' }, false, true],
] as const) {
  test(`with ${what}, colour is ${isRefused ? '' : 'not '}refused`, () => {
    const found = environmentOf(variables)
    assert.deepEqual([found.isColourRefused, found.isColourForced], [isRefused, isForced])
  })
}

for (const [text, columns] of [
  ['', undefined],
  ['wide', undefined],
  ['-3', undefined],
  ['1.5', undefined],
  ['90', 90],
] as const) {
  test(`COLUMNS=${text} means ${columns ?? 'nothing'}`, () =>
    assert.equal(environmentOf({ COLUMNS: text }).columns, columns))
}

test('what can be fetched again goes to the folder that is asked for', () => {
  assert.equal(environmentOf({ PARLEY_CACHE: '/c' }).cacheFolder, '/c')
  assert.match(environmentOf({ XDG_CACHE_HOME: '/x' }).cacheFolder, /^[/\\]x[/\\]parley$/)
})

test('a cluster is named by two variables, and an empty one names none', () => {
  const found = environmentOf({
    PARLEY_KUBERNETES_NAMESPACE: 'runs',
    PARLEY_KUBERNETES_RUNTIME_CLASS: '',
  })
  assert.equal(found.kubernetesNamespace, 'runs')
  assert.equal(found.kubernetesRuntimeClass, undefined)
})
