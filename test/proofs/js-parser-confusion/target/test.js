const assert = require('node:assert')
const { open } = require('./gate.js')

const said = [
  'https://public.example/news',
  'https://public.example/news?page=2',
  'https://public.example/inner.example/key',
  'https://inner.example/key',
].map(open)
console.log(said.join('\n'))
assert.deepStrictEqual(said, [
  'Nothing new.',
  'Nothing new.',
  'no such page',
  'not a public address',
])
