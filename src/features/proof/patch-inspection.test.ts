import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parsePatch } from './patch.ts'
import { inspectPatch } from './patch-inspection.ts'

/** Kinds of notes on a patch of one hunk for each file, whose lines are given. */
function kinds(files: Readonly<Record<string, readonly string[]>>): readonly string[] {
  const text = Object.entries(files)
    .map(([path, lines]) => {
      const count = (mark: string): number => lines.filter((line) => line[0] !== mark).length
      const head = `@@ -1,${count('+')} +1,${count('-')} @@`
      return [`--- a/${path}`, `+++ b/${path}`, head, ...lines].join('\n')
    })
    .join('\n')
  const read = parsePatch(`${text}\n`)
  assert.ok(read.ok, text)
  const location = { file: 'src/app.c', function: 'run', line: null }
  return inspectPatch(read.value, location).map(({ kind }) => kind)
}

describe('what a person should look at is noted', () => {
  const many = Array.from({ length: 12 }, (_, at) => `-line ${at};`)
  const long = Array.from({ length: 401 }, (_, at) => `+line ${at};`)
  const cases: readonly (readonly [string, Parameters<typeof kinds>[0], readonly string[]])[] = [
    ['only tests', { 'test/run.sh': ['-a', '+b'] }, ['tests-only']],
    ['only a test by its name', { 'pkg/app_test.go': ['-a', '+b'] }, ['tests-only']],
    ['tests made weaker', { 'src/app.c': ['-a', '+b'], 'tests/a.c': ['-x'] }, ['tests-changed']],
    ['another file', { 'src/other.c': ['-a', '+b'] }, ['elsewhere']],
    ['the build', { 'src/app.c': ['-a', '+b'], Makefile: ['-a', '+b'] }, ['build']],
    ['code that is commented out', { 'src/app.c': ['-  run(a);', '+  // run(a);'] }, ['disabled']],
    ['code that is switched off', { 'src/app.c': ['+#if 0', ' a', '+#endif'] }, ['disabled']],
    ['a condition that is never met', { 'src/app.c': ['+if (0) {', ' a', '+}'] }, ['disabled']],
    ['a check that is silenced', { 'src/app.c': ['+// NOSONAR', ' a'] }, ['disabled']],
    ['a bare return', { 'src/app.c': [' int run(void) {', '+  return 0;', ' a'] }, ['disabled']],
    ['code that is deleted', { 'src/app.c': many }, ['deleted']],
    ['a large change', { 'src/app.c': long }, ['large']],
  ]
  for (const [name, files, wanted] of cases) {
    test(name, () => assert.deepEqual(kinds(files), wanted))
  }
})

describe('an ordinary fix is not remarked on', () => {
  const cases: readonly (readonly [string, Parameters<typeof kinds>[0]])[] = [
    ['a check', { 'src/app.c': [' a', '+  if (n > max)', '+    return -1;', ' b'] }],
    [
      'a check below another',
      { 'src/app.c': [' if (a)', '+ return -1;', '+ if (n > max)', ' return 1;'] },
    ],
    ['a call that is changed', { 'src/app.c': ['-strcpy(a, b);', '+strlcpy(a, b, n);'] }],
    ['a comment', { 'src/app.c': ['+/* The size is checked by the caller. */', ' a'] }],
    ['a test that is added', { 'src/app.c': ['-a', '+b'], 'tests/b.c': ['+x'] }],
  ]
  for (const [name, files] of cases) test(name, () => assert.deepEqual(kinds(files), []))
})
