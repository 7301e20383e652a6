import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isPublicAddress } from './public-address.ts'

/** First and last of each network, and what is known to answer inside of it. */
const refused: readonly string[] = [
  ...['0.0.0.0', '0.255.255.255', '10.0.0.0', '10.255.255.255', '100.64.0.0', '100.127.255.255'],
  ...['100.100.100.200', '127.0.0.1', '127.255.255.255', '168.63.129.16', '169.254.0.0'],
  ...['169.254.169.254', '169.254.170.2', '169.254.255.255', '172.16.0.0', '172.31.255.255'],
  ...['192.0.0.1', '192.0.0.192', '192.0.2.1', '192.88.99.1', '192.168.0.0', '192.168.255.255'],
  ...['198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.1', '224.0.0.1'],
  ...['239.255.255.255', '240.0.0.1', '255.255.255.255'],
  ...['::', '::1', '::2', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:0:1.1.1.1'],
  ...['64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::1', '100::1', '2001::1', '2001:db8::1'],
  ...['2001:0:53aa:64c::1', '2002:7f00:1::', '2002:808:808::1', '3fff::1', '5f00::1', '4000::1'],
  ...['fc00::1', 'fd00:ec2::254', 'fdff::1', 'fe80::1', 'fe80::1%eth0', '2606:4700::1%eth0'],
  ...[
    'fec0::1',
    'ff02::1',
    'ff0e::1',
    '',
    'localhost',
    '1.2.3',
    '8.8.8.8 ',
    '08.8.8.8',
    '0x8080808',
  ],
]

for (const address of refused) {
  test(`not public: ${address || 'nothing'}`, () => assert.equal(isPublicAddress(address), false))
}

const accepted: readonly string[] = [
  ...['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.0', '100.63.255.255', '100.128.0.0'],
  ...['126.255.255.255', '128.0.0.1', '169.253.255.255', '169.255.0.0', '172.15.255.255'],
  ...['172.32.0.0', '192.167.255.255', '192.169.0.0', '198.17.255.255', '198.20.0.0'],
  ...['223.255.255.255', '2001:200::1', '2001:4860:4860::8888', '2606:4700::1', '2a00::1'],
]

for (const address of accepted) {
  test(`public: ${address}`, () => assert.equal(isPublicAddress(address), true))
}

test('an IPv4 address hidden in IPv6 is never public', () => {
  const bytes = fc.integer({ min: 0, max: 255 })
  fc.assert(
    fc.property(fc.tuple(bytes, bytes, bytes, bytes), (parts) => {
      const dotted = parts.join('.')
      const digits = Buffer.of(...parts).toString('hex')
      const [upper, lower] = [digits.slice(0, 4), digits.slice(4)]
      const hidden = [
        ...[`::ffff:${dotted}`, `::${dotted}`, `64:ff9b::${dotted}`, `::ffff:${upper}:${lower}`],
        ...[`2002:${upper}:${lower}::1`],
      ]
      for (const address of hidden) assert.equal(isPublicAddress(address), false, address)
    }),
  )
})
