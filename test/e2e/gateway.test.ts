import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newFolder } from '../db/embedded-process.ts'
import { begin, endAll, freePort, serve, stop } from './instance.ts'
import { type OwnDatabase, ownDatabase } from './own-database.ts'
import { launcherPath } from './parley.ts'

/** The command, and the gateway that a service brings along, on a database that was given. */
const data = newFolder()
let url = ''

let drop: OwnDatabase['drop'] = async () => undefined
before(async () => {
  ;({ url, drop } = await ownDatabase('parley_gate'))
})

after(async () => {
  await endAll()
  await drop()
})

const askAt = async (base: string): Promise<unknown> => {
  const response = await fetch(`${base}/engagements/engagement_1/v1/models`, {
    headers: { authorization: 'Bearer gate_unknown' },
  })
  const body: { readonly error: { readonly code: unknown } } = JSON.parse(await response.text())
  return [response.status, body.error.code]
}

test('a service brings a gateway along, and more of them share its database', async () => {
  const env = { DATABASE_URL: url, PARLEY_WORKERS: '0' }
  const gatewayPort = await freePort()
  const service = await serve({
    data,
    env: { ...env, PARLEY_GATEWAY_PORT: String(gatewayPort) },
  })
  const own = /gateway to offered models: (\S+)/.exec(service.said())?.[1]
  assert.equal(own, `http://127.0.0.1:${gatewayPort}`)
  assert.deepEqual(await askAt(own ?? ''), [401, 'unknown-token'])
  const args = [launcherPath, 'gateway', '--data', data]
  const more = [1, 2].map(() => begin(process.execPath, [...args, '--port', '0'], { env }))
  for (const gateway of more) {
    const at = await gateway.until(/A gateway listens on (\S+)/)
    assert.deepEqual(await askAt(at), [401, 'unknown-token'])
  }
  const taken = begin(process.execPath, [...args, '--port', String(gatewayPort)], { env })
  assert.notEqual(await taken.ended, 0)
  assert.match(taken.said(), /PARLEY_GATEWAY_PORT: port \d+ for the gateway is taken/)
  const off = begin(process.execPath, [...args, '--port', 'off'], { env })
  assert.equal(await off.ended, 2)
  for (const one of [...more, service]) assert.equal(await stop(one), 0)
})

test('a gateway of its own tells its figures where it is asked to, by a token alone', async () => {
  const service = await serve({ data, env: { DATABASE_URL: url, PARLEY_WORKERS: '0' } })
  const port = await freePort()
  const env = { DATABASE_URL: url, PARLEY_GATEWAY_METRICS_PORT: String(port) }
  const args = [launcherPath, 'gateway', '--data', data, '--port', '0']
  const gateway = begin(process.execPath, args, { env })
  const at = await gateway.until(/Figures: (\S+)/)
  assert.equal(at, `http://127.0.0.1:${port}/metrics`)
  assert.equal((await fetch(at)).status, 401)
  assert.equal((await fetch(at, { headers: { authorization: 'Bearer none' } })).status, 401)
  const staff = ['--organisation', 'This clearinghouse', '--role', 'coordinator']
  const making = [launcherPath, 'token', 'figures', '--data', data, ...staff]
  const made = begin(process.execPath, making, { env: { DATABASE_URL: url } })
  const token = await made.until(/(\S{30,})/)
  const told = await fetch(at, { headers: { authorization: `Bearer ${token}` } })
  assert.equal(told.status, 200)
  assert.match(await told.text(), /^parley_gateway_in_flight 0$/m)
  for (const one of [gateway, service]) assert.equal(await stop(one), 0)
})

test('a port that nobody asked for and that is taken is told, and the service runs', async () => {
  const env = { DATABASE_URL: url, PARLEY_WORKERS: '0' }
  const port = await freePort()
  const holder = begin(
    process.execPath,
    [
      '-e',
      `require('net').createServer().listen(${port + 1}, '127.0.0.1', () => console.log('held'))`,
    ],
    {},
  )
  await holder.until(/held/)
  const service = await serve({ data, env, port })
  assert.match(service.said(), /no gateway to models runs here: port \d+ for the gateway is taken/)
  assert.equal(await stop(service), 0)
  await stop(holder, 'SIGKILL')
})
