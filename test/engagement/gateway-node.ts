// One gateway in a process of its own, on the books of a database; its clock does what it is told.
import { openGateway } from '#features/engagement/gateway/gateway.ts'
import { KeptBooks } from '#features/engagement/gateway/kept-books.store.ts'
import { systemClock } from '#kernel/clock.ts'
import { type Keys, keyOf } from '#platform/crypto/keys.ts'
import { openLog } from '#platform/log/log.ts'

const [url = '', secret = ''] = process.argv.slice(2)
const key = keyOf(Buffer.from(secret, 'base64'))
if (key === null) throw new Error('is no key')
const keys: Keys = { is: 'root', all: [key] }

let wallBy = 0
const log = openLog({ level: 'warn', clock: systemClock, isPretty: false })
const kept = await KeptBooks.open({ url, keys, log })
const gateway = await openGateway({
  ...{ books: kept.books, log, host: '127.0.0.1', port: 0 },
  clocks: { wall: () => Date.now() + wallBy, monotonic: () => performance.now() },
  reach: { allowHosts: ['127.0.0.1'] },
})
process.on('message', (said: { readonly wallBy?: number; readonly stop?: true }) => {
  if (said.wallBy !== undefined) wallBy = said.wallBy
  if (said.stop === undefined) return
  void gateway.close().then(async () => {
    await kept.close()
    process.disconnect()
  })
})
process.send?.({ url: gateway.url, node: gateway.node })
