import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { decoders } from '#features/exchange/decoders.ts'
import { exitCodes } from '#main/exit.ts'
import { launcherPath, parley, record, scratch } from './parley.ts'

const { put } = scratch()
const good = put('good.json', JSON.stringify(record('QRSA-1', 'Overflow in tf_read')))

for (const [args, said] of [
  [[], /Usage: parley/],
  [['trage'], /unknown command 'trage'\n\(Did you mean triage\?\)/],
  [['triage'], /missing required argument 'files'/],
  [['triage', '--forma', 'osv', good], /unknown option '--forma'\n\(Did you mean --format\?\)/],
  [['triage', '--format', 'nothing', good], /no format is called "nothing"/],
] as const) {
  test(`"parley ${args.slice(0, 2).join(' ')}" is told what is wrong with it`, async () => {
    const { code, out, err } = await parley(args)
    assert.ok(code === 2, `${code} ${err}`)
    assert.equal(out, '')
    assert.match(err, said)
  })
}

test('the help names every command and every exit code', async () => {
  const { code, out, err } = await parley(['--help'])
  assert.deepEqual([code, err], [0, ''])
  for (const command of ['triage', 'correlate', 'crash', 'update', 'formats']) {
    assert.match(out, new RegExp(`^  ${command} `, 'm'))
  }
  for (const [number, meaning] of Object.entries(exitCodes)) {
    assert.ok(out.includes(`${number.padStart(3)}  ${meaning}`))
  }
})

test('every format is listed with what its decoder was written from', async () => {
  const listed = await parley(['formats', '--json'])
  const expected = decoders.map(({ name, title, source }) => ({ name, title, source }))
  assert.deepEqual(JSON.parse(listed.out), expected)
  const { out } = await parley(['formats'], { env: { COLUMNS: '300' } })
  for (const { name, source } of expected) {
    assert.ok(source.length > 20, name)
    assert.match(out, new RegExp(`^${name} `, 'm'))
  }
})

test('colour is left out where output is no terminal, and used where it is forced', async () => {
  assert.ok(!(await parley(['formats'])).out.includes('\u001b'))
  assert.ok((await parley(['formats'], { env: { FORCE_COLOR: '1' } })).out.includes('\u001b[1m'))
})

test('progress is told only where it is asked for, and on standard error', async () => {
  assert.equal((await parley(['triage', good])).err, '')
  const { out, err } = await parley(['triage', '--progress', good])
  assert.match(err, /^Reading: 1 reports in 1 files, .*good\.json\n/)
  assert.ok(!out.includes('Reading:'))
})

test('standard input, a pipe and a pattern are read like the file', async () => {
  const input = JSON.stringify(record('QRSA-1', 'Overflow in tf_read'))
  assert.equal((await parley(['triage', '-'], { input })).code, 0)
  const script = '"$0" "$1" triage <(cat "$2")'
  const ran = spawnSync('bash', ['-c', script, process.execPath, launcherPath, good])
  assert.deepEqual([ran.status, String(ran.stderr)], [0, ''])
  assert.equal((await parley(['triage', good.replace('good', 'g*d')])).code, 0)
})
