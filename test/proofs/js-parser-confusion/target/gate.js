// Opens pages of the public site; other sites lie beside it and stay closed.
const { existsSync, readFileSync, statSync } = require('node:fs')

const publicSite = 'https://public.example'

/** The text of a page by its address, or why there is none. */
function open(address) {
  if (!address.startsWith(publicSite)) return 'not a public address'
  const url = new URL(address)
  const path = `sites/${url.hostname}${url.pathname}`
  if (!existsSync(path) || !statSync(path).isFile()) return 'no such page'
  return readFileSync(path, 'utf8').trim()
}

if (require.main === module) {
  console.log(open(readFileSync(process.argv[2], 'utf8').trim()))
}
module.exports = { open }
