import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Reader } from '#formats/json/reader.ts'
import { root } from '../tidy/source.ts'
import { otherUser, parley, scratch } from './parley.ts'

const { folder, put } = scratch()

/** Stands in for npm, which must not be needed where everything is installed. */
const npm = put('npm.cjs', 'process.exit(1)')

/** A copy of the checkout in a path with spaces, with everything installed. */
function checkout(name: string): string {
  const home = join(folder, name)
  mkdirSync(join(home, 'node_modules'), { recursive: true })
  for (const part of ['bin', 'src', 'tools', 'examples', 'package.json', 'package-lock.json']) {
    cpSync(join(root, part), join(home, part), { recursive: true })
  }
  for (const packages of dependenciesOf(root)) {
    const target = join(home, 'node_modules', packages)
    mkdirSync(join(target, '..'), { recursive: true })
    symlinkSync(join(root, 'node_modules', packages), target)
  }
  put(join(name, 'node_modules/.package-lock.json'), '{}')
  return home
}

function dependenciesOf(place: string): string[] {
  const about: unknown = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'))
  const own = Object.keys(new Reader(about).object('dependencies').value ?? {})
  const all = own.flatMap((name) => [name, ...dependenciesOf(join(root, 'node_modules', name))])
  return [...new Set(all)]
}

function start(home: string, uid?: number) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(home, 'tools/start.mjs'), '--progress'],
    {
      encoding: 'utf8',
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: join(home, 'none'), npm_execpath: npm },
      ...(uid === undefined ? {} : { uid, gid: uid }),
    },
  )
  return { status, out: stdout, err: stderr }
}

test('npm start ranks the examples and ends with the path of the page', () => {
  const home = checkout('a checkout')
  const { status, out, err } = start(home)
  assert.equal(status, 0, err)
  assert.match(out, /^ *# {2}Decision/m)
  const page = /^The same as a page: (.+triage\.html)$/m.exec(out)?.[1] ?? ''
  assert.match(readFileSync(page, 'utf8'), /^<!doctype html>/)
  assert.equal(start(home).out, out)
})

test('an ordinary user may start it in a checkout that only root may write', (t) => {
  if (otherUser === null) return t.skip('needs a second user')
  const home = checkout('a foreign checkout')
  chmodSync(folder, 0o755)
  const { status, out, err } = start(home, otherUser)
  if (/EACCES.*node_modules/.test(err)) return t.skip('that user may not read the packages')
  assert.equal(status, 0, err)
  assert.match(out, /^The same as a page: /m)
})

test('the examples show merges, suggestions, what is known and what is set aside', async () => {
  const at = (name: string): string => join(root, 'examples', name)
  const args = [at('findings'), '--known', at('known'), '--sbom', at('inventory.cdx.json')]
  const { code, err, out } = await parley(['triage', ...args, '--json', '-'])
  assert.deepEqual([code, err], [0, ''])
  const triage = new Reader(JSON.parse(out))
  const cases = triage.objects('cases')
  const count = (name: string): number => triage.object('counts').number(name) ?? 0
  assert.ok(count('merged') >= 10)
  assert.ok(count('suggestions') >= 1)
  assert.equal(count('setAside'), 2)
  assert.ok(cases.some((one) => one.object('known').boolean('isExploited')))
  assert.ok(cases.some((one) => one.has('inventory')))
  assert.ok(cases.some((one) => one.objects('relations').length > 0))
  const formats = new Set(triage.objects('files').map((file) => file.text('format')))
  assert.ok(formats.size >= 6, [...formats].join())
  assert.ok(!formats.has(undefined))
})

test('the same input gives the same bytes', async () => {
  const run = (): ReturnType<typeof parley> =>
    parley(['triage', join(root, 'examples/findings'), '--json', '-'])
  const [one, other] = await Promise.all([run(), run()])
  assert.equal(one.out, other.out)
})
