import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAsk } from './ask.ts'

const codeOf = (text: string | Buffer): string | null => {
  const ask = readAsk(Buffer.from(text))
  return ask.ok ? null : ask.refusal.code
}

for (const [what, text, code] of [
  ['nothing', '', 'body-unreadable'],
  ['a list', '["model"]', 'body-unreadable'],
  ['a comment', '{"model":"a"/*"*/}', 'body-unreadable'],
  ['UTF-16', Buffer.from('{"model":"a"}', 'utf16le'), 'body-unreadable'],
  ['no model', '{"messages":[{"model":"a"}]}', 'model-missing'],
  ['a model that is null', '{"model":null}', 'model-missing'],
  ['a model twice', '{"model":"a","x":1,"model":"b"}', 'body-ambiguous'],
  ['a model twice, escaped', '{"model":"a","m\\u006fdel":"b"}', 'body-ambiguous'],
  ['MODEL', '{"MODEL":"a"}', 'body-ambiguous'],
  ['a limit in letters that fold', '{"model":"a","max_to\u212aens":1}', 'body-ambiguous'],
  ['a limit twice', '{"model":"a","max_tokens":1,"max_tokens":9}', 'body-ambiguous'],
  ['the background', '{"model":"a","background":true}', 'runs-in-background'],
  ['the background, crooked', '{"model":"a","background":1}', 'runs-in-background'],
] as const) {
  test(`${what} is refused with ${code}`, () => {
    assert.equal(codeOf(text), code)
  })
}

for (const [text, limit] of [
  ['{"model":"a"}', null],
  ['{"model":"a","max_tokens":10}', 10],
  ['{"model":"a","max_tokens":10,"max_completion_tokens":20}', 20],
  ['{"model":"a","max_output_tokens":7,"n":3}', 21],
  ['{"model":"a","max_tokens":"10"}', null],
  ['{"model":"a","max_tokens":-1}', null],
  ['{"model":"a","max_tokens":1e400}', null],
  ['{"model":"a","max_tokens":2e1,"n":null,"background":false}', 20],
] as const) {
  test(`${text} asks for at most ${limit}`, () => {
    const ask = readAsk(Buffer.from(text))
    assert.deepEqual(ask.ok && [ask.value.model, ask.value.outputTokensMax], ['a', limit])
  })
}

test('an image is no words; the names around it are', () => {
  const url = `data:image/png;base64,${'iVBORw0KGgo'.repeat(10_000)}`
  const body = { model: 'a', messages: [{ content: [{ image_url: { url } }, { text: 'see' }] }] }
  const ask = readAsk(Buffer.from(JSON.stringify(body)))
  assert.equal(ask.ok && ask.value.textBytes, 'acontentimage_urlurltextsee'.length)
})
