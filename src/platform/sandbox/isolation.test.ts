import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge, type Promised } from './isolation.ts'
import { namespaceNames, type Probed, type TriedName, triedNames } from './probe-program.ts'

const errors = { EPERM: 1, ENOENT: 2, EAFNOSUPPORT: 97, ENETUNREACH: 101, ETIMEDOUT: 110 }
const outward = ['tcp', 'udp', 'tcp6']
const status = [
  ...['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'].map((name) => `${name}:\t0000000000000000`),
  ...['NoNewPrivs:\t1', 'Seccomp:\t2', ''],
].join('\n')

const held: Probed = {
  ...{ uid: 1000, gid: 1000, status, open: [0, 1, 2, 3, 4, 5, 6] },
  namespaces: new Map(namespaceNames.map((name) => [name, `${name}:[2]`])),
  tried: new Map(
    triedNames.map((name) => [name, outward.includes(name) ? errors.ENETUNREACH : errors.EPERM]),
  ),
}
const promised: Promised = {
  ...{ tier: 'namespaces', by: 'bubblewrap', kernel: '6', namespaces: namespaceNames, uid: 1000 },
  machine: new Map(namespaceNames.map((name) => [name, `${name}:[1]`])),
  ...{ hasFilter: true, filtered: ['unshare', 'ptrace'], mayTrace: false, openMax: 6 },
  cgroup: { version: 2, controllers: ['memory'] },
}

const after = (name: TriedName, error: number): Probed => ({
  ...held,
  tried: new Map([...held.tried, [name, error]]),
})

for (const [why, probed] of [
  ...namespaceNames.map((name): [string, Probed] => [
    `the ${name} namespace is the machine's own`,
    { ...held, namespaces: new Map([...held.namespaces, [name, `${name}:[1]`]]) },
  ]),
  ['the net namespace is', { ...held, namespaces: new Map([...held.namespaces, ['net', null]]) }],
  ['would be user 0', { ...held, uid: 0 }],
  ['capabilities are left', { ...held, status: status.replace('Eff:\t00', 'Eff:\t01') }],
  ['capabilities are left', { ...held, status: status.replace('CapBnd', 'CapX') }],
  ['privileges could be gained', { ...held, status: status.replace('Privs:\t1', 'Privs:\t0') }],
  ['no filter of system calls', { ...held, status: status.replace('comp:\t2', 'comp:\t0') }],
  ['unshare is not refused: none', after('unshare', 0)],
  ['unshare is not refused: EINVAL', after('unshare', 22)],
  ['ptrace is not refused', after('ptrace', 0)],
  ['out of reach (tcp): none', after('tcp', 0)],
  ['out of reach (udp): none', after('udp', 0)],
  ['out of reach (tcp): ECONNREFUSED', after('tcp', 111)],
  ['out of reach (tcp6): ETIMEDOUT', after('tcp6', errors.ETIMEDOUT)],
  ['can be opened (shadow)', after('shadow', 0)],
  ['can be opened (writeRoot)', after('writeRoot', 0)],
  ['what is open in it cannot be listed', { ...held, open: [] }],
  ['file 9 of the worker is open', { ...held, open: [0, 1, 2, 9] }],
] satisfies [string, Probed][]) {
  test(`a sandbox is refused: ${why}`, () => {
    const judged = judge(promised, probed)
    assert.ok(!judged.ok && judged.refusal.code === 'not-isolated')
    assert.ok(judged.refusal.why.includes(why), judged.refusal.why)
  })
}

test('a sandbox that holds is told as it was found', () => {
  const judged = judge(promised, held)
  assert.ok(judged.ok)
  assert.deepEqual(judged.value.namespaces, [...namespaceNames])
  assert.equal(judged.value.capabilities, '0')
  assert.equal(judged.value.egress.how, 'tcp: ENETUNREACH, udp: ENETUNREACH, tcp6: ENETUNREACH')
})

test('tracing may work where it was asked for, and nothing else then', () => {
  assert.ok(judge({ ...promised, mayTrace: true }, after('ptrace', 0)).ok)
  assert.ok(!judge({ ...promised, mayTrace: true }, after('unshare', 0)).ok)
})

test('nobody answering closes a way only where that is promised, and an answer never does', () => {
  const silent = { ...promised, isSilenceDenial: true }
  for (const [name, error, holds] of [
    ['tcp', 114, true],
    ['tcp6', errors.ETIMEDOUT, true],
    ['udp', 0, true],
    ['tcp', 0, false],
    ['tcp', 106, false],
    ['tcp', 111, false],
    ['udp', 111, false],
  ] as const) {
    assert.equal(judge(silent, after(name, error)).ok, holds, `${name} ${error}`)
    assert.ok(!judge(promised, after(name, error)).ok)
  }
})
