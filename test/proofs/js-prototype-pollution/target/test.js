const assert = require('node:assert')
const { greet } = require('./lobby.js')

const said = [
  greet({}),
  greet({ theme: 'dark', sound: { volume: 9 } }),
  greet({ isAdmin: true }),
  greet({ sound: { muted: true } }),
]
console.log(said.join('\n'))
assert.deepStrictEqual(said, [
  'theme light, volume 3',
  'theme dark, volume 9',
  'theme light, volume 3',
  'theme light, volume 3',
])
