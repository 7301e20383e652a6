import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openedFrom } from './opened-from.ts'

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const cases: readonly (readonly [userAgent: string | undefined, words: string])[] = [
  [undefined, 'An unknown program'],
  ['', 'An unknown program'],
  ['<script>alert(1)</script>', 'An unknown program'],
  ['curl/8.5.0', 'curl'],
  [`Mozilla/5.0 (X11; Linux x86_64) ${webkit} Chrome/150.0.0.0 Safari/537.36`, 'Chrome on Linux'],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/150.0.0.0 Safari/537.36 Edg/150.0`,
    'Edge on Windows',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0', 'Firefox on Linux'],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/1 Safari/604.1',
    'Safari on iPhone',
  ],
  ['Mozilla/5.0 (Linux; Android 16) Something/1', 'A browser on Android'],
]

for (const [userAgent, words] of cases) {
  test(`${String(userAgent).slice(0, 60)} is told as ${words}`, () => {
    assert.equal(openedFrom(userAgent), words)
  })
}

test('a header of any length is answered at once', () => {
  assert.equal(openedFrom(`Version/${'1.'.repeat(8_000)}`), 'An unknown program')
})
