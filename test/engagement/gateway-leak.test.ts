import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { credential, openWorld, send, through, type World } from './gateway-world.ts'
import { answering, type Script } from './scripted-endpoint.ts'

let world: World
before(async () => {
  world = await openWorld()
})
after(() => world.close())

const text = ['Content-Type', 'text/plain']
const base64 = Buffer.from(`{"key":"${credential}"}`).toString('base64')

/** Packed, and readable nevertheless. */
const stored = (words: string): Buffer => gzipSync(words, { level: 0 })

async function answerOf(script: Script): Promise<string> {
  world.endpoint.script = script
  const { status, reason, rawHeaders, body } = await send(through(world))
  return `${status} ${reason}\n${rawHeaders.join('\n')}\n${body.toString('latin1')}`
}

for (const [what, script] of [
  ['in a header', answering(200, [...text, 'X-Key', `it is ${credential}`], ['x'])],
  ['in a cookie', answering(400, ['Set-Cookie', `k=${credential}`], ['x'])],
  ['as it came', answering(401, ['X-Echo', `Bearer ${credential}`], [`Bearer ${credential}`])],
  ['in the reason', (_seen, response) => void response.writeHead(200, credential).end('x')],
  ['in the body', answering(500, text, [`{"error":{"message":"bad key ${credential}"}}`])],
  ['percent-encoded', answering(200, text, [encodeURIComponent(credential)])],
  ['packed', answering(200, ['Content-Encoding', 'gzip'], [stored(`key ${credential}`)])],
  ['in a redirect', answering(302, ['Location', `/?k=${encodeURIComponent(credential)}`], [])],
] as const satisfies readonly (readonly [string, Script])[]) {
  test(`a credential that an endpoint shows ${what} is not in the answer`, async () => {
    const answer = await answerOf(script)
    assert.ok(!answer.includes(credential) && !answer.includes(encodeURIComponent(credential)))
  })
}

test('a credential in base64 is not in the answer', async () => {
  const answer = await answerOf(answering(200, text, [base64]))
  const shown = Buffer.from((answer.split('\n').at(-1) ?? '').replaceAll('*', 'A'), 'base64')
  assert.ok(!shown.includes(credential.slice(2, -2)))
})

test('a credential in pieces is not in the answer, and the rest of it is whole', async () => {
  const body = `before ${credential} between ${credential} after`
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(body.length), { maxLength: 6 }), async (at) => {
      const ends = [...at, body.length].sort((a, b) => a - b)
      const pieces = ends.map((end, index) => body.slice(ends[index - 1] ?? 0, end))
      const length = ['Content-Length', String(body.length)]
      const answer = await answerOf(answering(200, [...text, ...length], pieces))
      const hidden = '*'.repeat(credential.length)
      assert.equal(answer.split('\n').at(-1), `before ${hidden} between ${hidden} after`)
    }),
    { numRuns: 40 },
  )
})

test('a credential in pieces of a packed answer does not get out whole, nor nearly', async () => {
  const packed = stored(`${'begin '.repeat(50)}${credential}`)
  for (let cut = packed.length - 60; cut < packed.length; cut += 7) {
    const pieces = [packed.subarray(0, cut), packed.subarray(cut)]
    const answer = await answerOf(answering(200, ['Content-Encoding', 'gzip'], pieces))
    for (let place = 0; place + 4 <= credential.length; place += 1) {
      assert.ok(!answer.includes(credential.slice(place, place + 4)), `cut at ${cut}`)
    }
  }
})

test('neither log has the credential, and the process log says that it was shown', () => {
  const told = JSON.stringify([world.log.entries, world.lines])
  assert.ok(!told.includes(credential) && !told.includes(encodeURIComponent(credential)))
  assert.ok(world.lines.some((line) => line.includes('an endpoint shows its credential')))
})
