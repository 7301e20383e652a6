import assert from 'node:assert/strict'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { settingsOf } from './settings.ts'
import { Secret } from './settings-secret.ts'

const s3 = {
  PARLEY_BLOBS: 's3://bucket/some/prefix',
  PARLEY_S3_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIA',
  AWS_SECRET_ACCESS_KEY: 'hunter2hunter2',
}

const openId = {
  PARLEY_PUBLIC_URL: 'https://parley.example.org',
  PARLEY_OIDC_ISSUER: 'https://login.example.org/realm',
  PARLEY_OIDC_CLIENT_ID: 'parley',
  PARLEY_OIDC_CLIENT_SECRET: 'hunter2hunter2',
}

for (const [what, variables, at] of [
  ['a port of letters', { PARLEY_PORT: 'http' }, ['PARLEY_PORT']],
  ['a port beyond 65535', { PARLEY_PORT: '65536' }, ['PARLEY_PORT']],
  ['a gateway at no port', { PARLEY_GATEWAY_PORT: 'on' }, ['PARLEY_GATEWAY_PORT']],
  ['figures at no port', { PARLEY_GATEWAY_METRICS_PORT: 'x' }, ['PARLEY_GATEWAY_METRICS_PORT']],
  ['a gateway under a path', { PARLEY_GATEWAY_URL: 'https://a.org/x' }, ['PARLEY_GATEWAY_URL']],
  ['a host that is none', { PARLEY_GATEWAY_ALLOW: 'a b' }, ['PARLEY_GATEWAY_ALLOW']],
  ['a negative port', { PARLEY_PORT: '-1' }, ['PARLEY_PORT']],
  ['what Kubernetes sets for a service', { PARLEY_PORT: 'tcp://10.0.0.1:80' }, ['PARLEY_PORT']],
  ['a host with a path', { PARLEY_HOST: 'example.org/a' }, ['PARLEY_HOST']],
  [
    'a public address without protocol',
    { PARLEY_PUBLIC_URL: 'example.org' },
    ['PARLEY_PUBLIC_URL'],
  ],
  ['a public address with a path', { PARLEY_PUBLIC_URL: 'https://a.b/c' }, ['PARLEY_PUBLIC_URL']],
  ['a public script', { PARLEY_PUBLIC_URL: 'javascript:alert(1)' }, ['PARLEY_PUBLIC_URL']],
  ['trust in everybody', { PARLEY_TRUST_PROXY: 'true' }, ['PARLEY_TRUST_PROXY']],
  [
    'trust in a mask that is too wide',
    { PARLEY_TRUST_PROXY: '10.0.0.0/33' },
    ['PARLEY_TRUST_PROXY'],
  ],
  ['another database', { DATABASE_URL: 'mysql://u:p@h/d' }, ['DATABASE_URL']],
  ['too many workers', { PARLEY_WORKERS: '65' }, ['PARLEY_WORKERS']],
  ['blobs on the web', { PARLEY_BLOBS: 'https://bucket' }, ['PARLEY_BLOBS']],
  ['a bucket without a name', { PARLEY_BLOBS: 's3://' }, ['PARLEY_BLOBS']],
  ['a level that is none', { PARLEY_LOG_LEVEL: 'loud' }, ['PARLEY_LOG_LEVEL']],
  ['a classification that is none', { PARLEY_CEILING: 'cosmic' }, ['PARLEY_CEILING']],
  ['a mail server without sender', { SMTP_URL: 'smtp://localhost' }, ['PARLEY_MAIL_FROM']],
  ['a sender without mail server', { PARLEY_MAIL_FROM: 'a@b.c' }, ['SMTP_URL']],
  [
    'a sender and a server that is none',
    { PARLEY_MAIL_FROM: 'a@b.c', SMTP_URL: 'x' },
    ['SMTP_URL'],
  ],
  ['webhooks to a list with spaces', { PARLEY_WEBHOOK_ALLOW: 'a b' }, ['PARLEY_WEBHOOK_ALLOW']],
  ['webhooks to port 0', { PARLEY_WEBHOOK_ALLOW: 'a:0' }, ['PARLEY_WEBHOOK_ALLOW']],
  [
    'a bucket without credentials',
    { PARLEY_BLOBS: 's3://bucket' },
    ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'PARLEY_S3_REGION'],
  ],
  [
    'a bucket over http elsewhere',
    { ...s3, PARLEY_S3_ENDPOINT: 'http://store.example.org' },
    ['PARLEY_S3_ENDPOINT'],
  ],
  [
    'a provider over http elsewhere',
    { ...openId, PARLEY_OIDC_ISSUER: 'http://login.example.org' },
    ['PARLEY_OIDC_ISSUER'],
  ],
  [
    'a provider with a query',
    { ...openId, PARLEY_OIDC_ISSUER: 'https://login.example.org/?a=b' },
    ['PARLEY_OIDC_ISSUER'],
  ],
  [
    'a provider alone',
    { PARLEY_OIDC_ISSUER: openId.PARLEY_OIDC_ISSUER },
    ['PARLEY_PUBLIC_URL', 'PARLEY_OIDC_CLIENT_ID', 'PARLEY_OIDC_CLIENT_SECRET'],
  ],
  ['a secret without provider', { PARLEY_OIDC_CLIENT_SECRET: 'x' }, ['PARLEY_OIDC_ISSUER']],
  [
    'a secret twice',
    { ...openId, PARLEY_OIDC_CLIENT_SECRET_FILE: '/run/secrets/openid' },
    ['PARLEY_OIDC_CLIENT_SECRET_FILE'],
  ],
  [
    'a label that is no line',
    { ...openId, PARLEY_OIDC_LABEL: 'x'.repeat(61) },
    ['PARLEY_OIDC_LABEL'],
  ],
  ['demands with spaces', { ...openId, PARLEY_OIDC_ACR: 'a b' }, ['PARLEY_OIDC_ACR']],
  [
    'several at once',
    { PARLEY_PORT: 'x', PARLEY_LOG_LEVEL: 'x', PARLEY_BLOBS: 's3://b-b', AWS_REGION: 'r' },
    ['PARLEY_PORT', 'PARLEY_LOG_LEVEL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'],
  ],
] as const) {
  test(`${what}: ${at.join(', ')} is refused with what to do`, () => {
    const found = settingsOf(variables)
    assert.ok(!found.ok)
    assert.deepEqual(
      found.refusal.map((one) => one.at),
      at,
    )
    for (const { code, why, hint } of found.refusal) {
      assert.equal(code, 'bad-usage')
      assert.ok(why.length > 5 && (hint ?? '').length > 5)
    }
  })
}

test('a refusal never shows a value, which may be a secret in the wrong place', () => {
  const text = fc.string({ minLength: 12, maxLength: 40, unit: fc.constantFrom(...'QXZ@:/ ') })
  fc.assert(
    fc.property(text, (value) => {
      const names = ['DATABASE_URL', 'SMTP_URL', 'PARLEY_PORT', 'PARLEY_TRUST_PROXY', 'AWS_REGION']
      const found = settingsOf(Object.fromEntries(names.map((name) => [name, value])))
      if (!found.ok)
        assert.ok(!JSON.stringify(found.refusal).includes(value.trim()) || !value.trim())
    }),
  )
})

test('nothing set is one machine with everything in the data folder', () => {
  const found = settingsOf({ XDG_DATA_HOME: '/var/x', PARLEY_PORT: '  ', SMTP_URL: '' })
  assert.ok(found.ok)
  const { value } = found
  assert.deepEqual([value.host, value.port, value.workers], ['127.0.0.1', 7300, 2])
  assert.deepEqual(value.database, { kind: 'embedded' })
  assert.deepEqual(value.mail, { kind: 'off' })
  assert.deepEqual(value.blobs, { kind: 'folder', folder: join('/var/x', 'parley', 'blobs') })
  assert.equal(value.keyFile, join('/var/x', 'parley', 'parley.key'))
  assert.deepEqual(value.warnings, [])
})

test('everything set is everything used', () => {
  const found = settingsOf({
    ...s3,
    PARLEY_DATA: 'here',
    PARLEY_HOST: '[::]',
    PARLEY_PORT: '443',
    PARLEY_PUBLIC_URL: 'https://parley.example.org',
    PARLEY_TRUST_PROXY: '10.1.2.3, 192.168.0.0/16',
    DATABASE_URL: 'postgresql://u:p%40ss@db:5432/parley',
    PARLEY_WORKERS: '0',
    SMTP_URL: 'smtps://u:p@mail.example.org',
    PARLEY_MAIL_FROM: 'Parley <parley@example.org>',
    PARLEY_LOG_LEVEL: 'DEBUG',
    PARLEY_WEBHOOK_ALLOW: 'hooks.internal:8443, [::1]:80',
  })
  assert.ok(found.ok)
  const { value } = found
  assert.deepEqual([value.dataFolder, value.host, value.port], [resolve('here'), '::', 443])
  assert.deepEqual(value.trustedProxies, ['10.1.2.3', '192.168.0.0/16'])
  assert.equal(
    value.database.kind === 'given' && value.database.url.reveal().slice(0, 13),
    'postgresql://',
  )
  assert.equal(value.blobs.kind === 's3' && value.blobs.prefix, 'some/prefix/')
  assert.equal(
    value.blobs.kind === 's3' && value.blobs.endpoint.href,
    'https://s3.eu-central-1.amazonaws.com/',
  )
  assert.deepEqual(value.webhookAllowHosts, ['hooks.internal:8443', '[::1]:80'])
  assert.deepEqual([value.workers, value.logLevel, value.warnings], [0, 'debug', []])
})

test('a provider is used as it was given, and called by its host where it has no label', () => {
  const found = settingsOf({ ...openId, PARLEY_OIDC_AMR: 'hwk, swk' })
  assert.ok(found.ok)
  assert.ok(found.value.openId.kind === 'provider')
  const { issuer, label, acr, amr, secret, redirectUri } = found.value.openId
  assert.deepEqual([issuer.href, label], [openId.PARLEY_OIDC_ISSUER, 'login.example.org'])
  assert.deepEqual([acr, amr], [[], ['hwk', 'swk']])
  assert.ok(secret instanceof Secret && secret.reveal() === openId.PARLEY_OIDC_CLIENT_SECRET)
  assert.equal(redirectUri.href, 'https://parley.example.org/sign-in/provider')
  const named = settingsOf({
    ...{ ...openId, PARLEY_OIDC_CLIENT_SECRET: '', PARLEY_OIDC_CLIENT_SECRET_FILE: '/run/x' },
    PARLEY_OIDC_LABEL: 'Harbour login',
  })
  assert.ok(named.ok && named.value.openId.kind === 'provider')
  assert.deepEqual(named.value.openId.secret, { file: resolve('/run/x') })
  assert.equal(named.value.openId.label, 'Harbour login')
})

for (const [what, variables, gateway] of [
  ['is on the port after that of the service', {}, { port: 7301, isAsked: false }],
  ['follows the port of the service', { PARLEY_PORT: '80' }, { port: 81, isAsked: false }],
  [
    'is none where the service takes any port',
    { PARLEY_PORT: '0' },
    { port: null, isAsked: false },
  ],
  ['is none beyond the last port', { PARLEY_PORT: '65535' }, { port: null, isAsked: false }],
  ['is where somebody says', { PARLEY_GATEWAY_PORT: '0' }, { port: 0, isAsked: true }],
  ['is switched off', { PARLEY_GATEWAY_PORT: 'off' }, { port: null, isAsked: true }],
] as const) {
  test(`the gateway to models ${what}`, () => {
    const settings = settingsOf(variables)
    assert.ok(settings.ok)
    assert.deepEqual(settings.value.gateway, { ...gateway, metricsPort: null, allowHosts: [] })
  })
}

test('a database can be named by its socket', () => {
  const found = settingsOf({ DATABASE_URL: 'postgresql:///parley?host=/run/postgresql' })
  assert.ok(found.ok)
})

test('a secret is not shown, however settings are printed', () => {
  const found = settingsOf({ ...s3, DATABASE_URL: 'postgres://u:hunter2hunter2@db/parley' })
  assert.ok(found.ok)
  for (const text of [
    inspect(found.value, { depth: 9, showHidden: true }),
    JSON.stringify(found.value),
    `${new Secret('hunter2')}`,
    String(new Secret('hunter2')),
    Object.values(new Secret('hunter2')).join(),
  ]) {
    assert.doesNotMatch(text, /hunter2/)
  }
})

for (const [what, variables, form] of [
  ['open without an address', { PARLEY_HOST: '0.0.0.0' }, /PARLEY_PUBLIC_URL/],
  ['public over http', { PARLEY_PUBLIC_URL: 'http://parley.example.org' }, /http/],
  ['public over https without proxy', { PARLEY_PUBLIC_URL: 'https://a.b' }, /PARLEY_TRUST_PROXY/],
] as const) {
  test(`${what} works with a warning`, () => {
    const found = settingsOf(variables)
    assert.ok(found.ok)
    assert.match(found.value.warnings.join(), form)
  })
}
