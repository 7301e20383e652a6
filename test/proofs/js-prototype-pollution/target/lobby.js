// Greets a guest, with the guest's settings laid over those of the house.
const { existsSync, readFileSync } = require('node:fs')

const isObject = (value) => typeof value === 'object' && value !== null

/** Lays settings over others, as deep as they go. */
function merge(under, over) {
  for (const name of Object.keys(over)) {
    if (isObject(over[name]) && name in under) merge(under[name], over[name])
    else under[name] = over[name]
  }
  return under
}

/** What a guest is told; the key of the house is for administrators. */
function greet(settings) {
  const guest = { name: 'guest' }
  const house = merge({ theme: 'light', sound: { volume: 3, muted: false } }, settings)
  const lines = [`theme ${house.theme}, volume ${house.sound.volume}`]
  if (guest.isAdmin && existsSync('private/key')) {
    lines.push(readFileSync('private/key', 'utf8').trim())
  }
  return lines.join('\n')
}

if (require.main === module) {
  console.log(greet(JSON.parse(readFileSync(process.argv[2], 'utf8'))))
}
module.exports = { greet }
