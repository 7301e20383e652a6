import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { applyHunks, changesOf, type FilePatch, parsePatch } from './patch.ts'

const diff = (...lines: readonly string[]): string => `${lines.join('\n')}\n`

const whyNot = (text: string): string => {
  const read = parsePatch(text)
  return read.ok ? 'read' : `${read.refusal.at}: ${read.refusal.why}`
}

const apply = (text: string, tree: Readonly<Record<string, string>>): string | object => {
  const read = parsePatch(text)
  if (!read.ok) return read.refusal.why
  const done = changesOf(read.value, (path) => tree[path] ?? null)
  return done.ok ? done.value : `${done.refusal.at}: ${done.refusal.why}`
}

describe('a patch that cannot be used is refused with the place and the reason', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['no diff', 'hello\n', /no unified diff/],
    ['an empty file', '', /no unified diff/],
    [
      'a path that leads out',
      diff('--- a/../x', '+++ b/../x', '@@ -1 +1 @@', '-a', '+b'),
      /leads out/,
    ],
    ['an absolute path', diff('--- /etc/x', '+++ /etc/x', '@@ -1 +1 @@', '-a', '+b'), /absolute/],
    ['no folder in front', diff('--- x.c', '+++ x.c', '@@ -1 +1 @@', '-a', '+b'), /no folder/],
    [
      'the folder of git',
      diff('--- a/.git/config', '+++ b/.git/config', '@@ -1 +1 @@', '-a', '+b'),
      /may touch/,
    ],
    ['a binary file', diff('diff --git a/x b/x', 'GIT binary patch', 'literal 1'), /binary/],
    [
      'a link',
      diff('diff --git a/x b/x', 'new file mode 120000', '--- /dev/null', '+++ b/x'),
      /link/,
    ],
    [
      'too few lines',
      diff('--- a/x', '+++ b/x', '@@ -1,3 +1,3 @@', ' a', '-b', '+c').trimEnd(),
      /fewer lines/,
    ],
    ['a wrong mark', diff('--- a/x', '+++ b/x', '@@ -1,2 +1,2 @@', ' a', '*b'), /begins with no/],
    ['no change', diff('--- a/x', '+++ b/x', 'nothing'), /without anything/],
    [
      'no file at all',
      diff('--- /dev/null', '+++ /dev/null', '@@ -1 +1 @@', '-a', '+b'),
      /neither/,
    ],
  ]
  for (const [name, text, why] of cases) test(name, () => assert.match(whyNot(text), why))

  test('a file that is not there, one that is there already, and lines that are not there', () => {
    const change = diff('--- a/x', '+++ b/x', '@@ -1 +1 @@', '-a', '+b')
    assert.equal(apply(change, {}), 'x: the file to change is not there')
    assert.equal(
      apply(change, { x: 'c\n' }),
      'x:1: hunk 1 does not apply: its old lines are not in the file',
    )
    const made = diff('--- /dev/null', '+++ b/x', '@@ -0,0 +1 @@', '+b')
    assert.equal(apply(made, { x: 'c\n' }), 'x: the patch makes a file that is there already')
    const gone = diff('--- a/x', '+++ /dev/null', '@@ -1 +0,0 @@', '-a')
    assert.match(String(apply(gone, { x: 'a\nb\n' })), /holds more/)
  })
})

describe('a patch that applies', () => {
  test('makes, changes, renames and removes files', () => {
    const text = diff(
      ...['--- /dev/null', '+++ b/made', '@@ -0,0 +1,2 @@', '+one', '+two'],
      ...['--- a/gone', '+++ /dev/null', '@@ -1 +0,0 @@', '-old'],
      ...['diff --git a/here b/there', 'rename from here', 'rename to there'],
      ...['--- a/x', '+++ b/x\t2026-01-01', '@@ -2,1 +2,2 @@', ' b', '+c'],
    )
    assert.deepEqual(apply(text, { gone: 'old\n', here: 'same\n', x: 'a\nb\n' }), [
      { is: 'write', path: 'made', text: 'one\ntwo\n' },
      { is: 'remove', path: 'gone' },
      { is: 'remove', path: 'here' },
      { is: 'write', path: 'there', text: 'same\n' },
      { is: 'write', path: 'x', text: 'a\nb\nc\n' },
    ])
  })

  test('finds its lines where they moved to, and keeps line ends as they are', () => {
    const moved = diff('--- a/x', '+++ b/x', '@@ -1,2 +1,2 @@', ' a', '-b', '+c')
    assert.deepEqual(apply(moved, { x: '1\n2\n3\na\nb\nz' }), [
      { is: 'write', path: 'x', text: '1\n2\n3\na\nc\nz' },
    ])
    assert.deepEqual(apply(moved, { x: 'a\r\nb\r\n' }), [
      { is: 'write', path: 'x', text: 'a\r\nc\r\n' },
    ])
    const open = diff(
      '--- a/x',
      '+++ b/x',
      '@@ -1 +1 @@',
      '-a',
      '+b',
      '\\ No newline at end of file',
    )
    assert.deepEqual(apply(open, { x: 'a\n' }), [{ is: 'write', path: 'x', text: 'b' }])
  })

  test('gives back the new text for any two texts that differ', () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '-', '+', '@'), maxLength: 4 })
    const texts = fc.array(line, { maxLength: 12 })
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const hunk = {
          oldStart: before.length === 0 ? 0 : 1,
          lines: [
            ...before.map((text) => ({ kind: '-', text }) as const),
            ...after.map((text) => ({ kind: '+', text }) as const),
          ],
          isOldOpen: false,
          isNewOpen: false,
        }
        const file: FilePatch = { oldPath: 'x', newPath: 'x', hunks: [hunk] }
        const whole = (lines: readonly string[]): string => lines.map((one) => `${one}\n`).join('')
        const done = applyHunks(file, whole(before))
        assert.deepEqual(done, { ok: true, value: whole(after) })
      }),
    )
  })

  test('is never read into a throw', () => {
    const piece = fc.constantFrom(
      '--- a/x',
      '+++ b/x',
      '@@ -1,2 +1 @@',
      ' a',
      '-b',
      '+c',
      '\\',
      '',
      'rename from x',
      'rename to y',
    )
    fc.assert(
      fc.property(fc.array(piece), (lines) => {
        const read = parsePatch(lines.join('\n'))
        if (read.ok) changesOf(read.value, () => 'a\nb\n')
      }),
    )
  })
})
