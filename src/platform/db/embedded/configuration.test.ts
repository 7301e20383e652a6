import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settingsFor } from './configuration.ts'

const gibibyte = 2 ** 30

for (const [memory, buffers] of [
  [gibibyte / 4, '64MB'],
  [2 * gibibyte, '256MB'],
  [64 * gibibyte, '512MB'],
] as const) {
  test(`a machine of ${memory / gibibyte} GiB gets buffers of ${buffers}`, () => {
    const settings = settingsFor({ host: '/run/it', port: 5432 }, memory)
    assert.ok(settings.includes(`shared_buffers = '${buffers}'`), settings)
  })
}

test('what keeps data safe stands after what an operator may set', () => {
  const settings = settingsFor({ host: '/run/it', port: 5432 }, gibibyte)
  const [, always = ''] = settings.split("include_if_exists = 'own.conf'")
  for (const line of ["fsync = 'on'", "synchronous_commit = 'on'", "listen_addresses = ''"]) {
    assert.ok(always.includes(line), line)
  }
})

test('a folder with a quote in its name stays one value', () => {
  const settings = settingsFor({ host: "/run/it's", port: 5432 }, gibibyte)
  assert.ok(settings.includes("unix_socket_directories = '/run/it''s'"))
})

test('without sockets it listens on the loopback only', () => {
  const settings = settingsFor({ host: '127.0.0.1', port: 6543 }, gibibyte)
  for (const line of ["listen_addresses = '127.0.0.1'", "port = '6543'"]) {
    assert.ok(settings.includes(line), line)
  }
  assert.ok(settings.includes("unix_socket_directories = ''"))
})
