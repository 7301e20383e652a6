import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { zipOf } from '../archive.ts'
import { parley, type Ran, record, scratch } from './parley.ts'

const { folder } = scratch()

const kev = {
  ...{ title: 'Invented catalog', catalogVersion: '2099.01.01', count: 1 },
  dateReleased: '2099-01-01T00:00:00Z',
  vulnerabilities: [
    {
      ...{ cveID: 'CVE-2099-10003', vendorProject: 'tinyframe', product: 'tinyframe' },
      ...{ vulnerabilityName: 'Use after free', dateAdded: '2099-01-01', dueDate: '2099-01-04' },
      ...{ shortDescription: 'A freed queue is used.', requiredAction: 'Update.', notes: '' },
    },
  ],
}
const epss =
  '#model_version:v2099.01.01,score_date:2099-01-01T00:00:00+0000\n' +
  'cve,epss,percentile\nCVE-2099-10003,0.91234,0.99812\n'

/** What the server sends by path; tests change it. */
const sent: Record<string, Buffer | string> = {
  '/kev.json': JSON.stringify(kev),
  '/epss.csv.gz': gzipSync(epss),
  '/npm/all.zip': zipOf([{ name: 'QRSA-1.json', content: JSON.stringify(record('QRSA-1', 'x')) }]),
}
const asked: string[] = []
const server = createServer((request, response) => {
  const body = sent[request.url ?? '']
  const etag = `"${body?.length}"`
  const status = body === undefined ? 404 : request.headers['if-none-match'] === etag ? 304 : 200
  asked.push(`${request.url} ${status}`)
  response.writeHead(status, { etag }).end(status === 200 ? body : '')
})
let base = ''
before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  base = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : 0}`
})
after(() => {
  server.closeAllConnections()
  server.close()
})

const to = join(folder, 'known')
const update = (...more: string[]): Promise<Ran> =>
  parley([
    ...['update', '--to', to, '--osv', 'npm', '--from', `kev=${base}/kev.json`],
    ...[`epss=${base}/epss.csv.gz`, `osv:npm=${base}/npm/all.zip`, ...more],
  ])

test('what is wrong with the command line is told before anything is fetched', async () => {
  for (const args of [
    ['--osv', '../up'],
    ['--from', 'kev'],
    ['--from', 'kev=file:///etc/passwd'],
    ['--from', `other=${base}/kev.json`],
  ]) {
    assert.equal((await parley(['update', '--to', to, ...args])).code, 2, args.join(' '))
  }
  assert.deepEqual(asked, [])
})

test('every list is fetched, and one that is still good is not sent again', async () => {
  const first = await update()
  assert.deepEqual([first.code, first.err], [0, ''])
  assert.deepEqual(readdirSync(to).sort(), [
    ...['.index.json', 'epss.csv.gz', 'kev.json', 'osv-npm.zip'],
  ])
  assert.equal(readFileSync(join(to, 'kev.json'), 'utf8'), sent['/kev.json'])
  asked.length = 0
  const second = await update()
  assert.equal(second.out.match(/is up to date/g)?.length, 3, second.out)
  assert.ok(asked.every((line) => line.endsWith(' 304')))
})

test('what is not the list that was asked for does not replace it', async () => {
  const old = sent['/kev.json'] ?? ''
  for (const wrong of ['<!doctype html><p>Please sign in', '{"vulner', '', epss]) {
    sent['/kev.json'] = wrong
    const { code, err } = await update()
    assert.equal(code, 4, wrong)
    assert.match(err, /^parley: kev: http:.*\/kev\.json: /m)
    assert.equal(readFileSync(join(to, 'kev.json'), 'utf8'), old)
  }
  sent['/kev.json'] = old
})

test('a list that cannot be fetched costs itself only', async () => {
  sent['/epss.csv.gz'] = gzipSync(`${epss}CVE-2099-10004,0.1,0.2\n`)
  const { code, out, err } = await update(`kev=${base}/gone.json`)
  assert.equal(code, 6)
  assert.match(err, /kev: .*gone\.json: the server answers 404/)
  assert.match(out, /epss: fetched/)
})

test('a copy that was changed here is fetched again', async () => {
  await update()
  writeFileSync(join(to, 'kev.json'), '{}')
  const { code, out } = await update()
  assert.equal(code, 0)
  assert.match(out, /kev: fetched/)
  assert.equal(readFileSync(join(to, 'kev.json'), 'utf8'), sent['/kev.json'])
})

test('http is refused unless on this machine, and no secret of an address is told', async () => {
  asked.length = 0
  for (const address of ['http://mirror.example/kev.json', 'https://me:hush@mirror.example/k']) {
    const { code, err, out } = await update(`kev=${address}`)
    assert.equal(code, 2)
    assert.match(err, /^parley: .*(only https is fetched|is not sent)/)
    assert.doesNotMatch(err + out, /hush/)
  }
  assert.deepEqual(asked, [])
})

const cveRecord = (id: string) =>
  JSON.stringify({
    ...{
      dataType: 'CVE_RECORD',
      dataVersion: '5.1',
      cveMetadata: { cveId: id, state: 'PUBLISHED' },
    },
    containers: { cna: { title: 'Invented', descriptions: [{ lang: 'en', value: 'Invented.' }] } },
  })
const changes = JSON.stringify({
  fetchTime: '2099-01-01',
  numberOfChanges: 0,
  new: [],
  updated: [],
})

test('the CVE list is found through its latest release and unwrapped', async () => {
  const inner = zipOf([
    { name: 'cves/2099/10xxx/CVE-2099-10003.json', content: cveRecord('CVE-2099-10003') },
    { name: 'cves/delta.json', content: changes },
    { name: 'cves/deltaLog.json', content: `[${changes}]` },
  ])
  const name = '2099-01-01_all_CVEs_at_midnight.zip.zip'
  sent[`/${name}`] = zipOf([{ name: 'cves.zip', content: inner }])
  const asset = { name, browser_download_url: `${base}/${name}` }
  const notes = { name: 'notes.md', browser_download_url: `${base}/notes.md` }
  sent['/latest'] = JSON.stringify({ tag_name: 'cve_2099-01-01_0000Z', assets: [notes, asset] })
  const more = [`cve=${base}/latest`, '--cve'] as const
  const first = await update(...more)
  assert.deepEqual([first.code, first.err], [0, ''])
  assert.deepEqual(readFileSync(join(to, 'cve.zip')), inner)
  asked.length = 0
  const second = await update(...more)
  assert.match(second.out, /cve: is up to date/)
  assert.ok(!asked.some((line) => line.includes('midnight')), 'its name holds its day')
  const finding = join(folder, 'finding.json')
  writeFileSync(finding, JSON.stringify([record('CVE-2099-10003', 'A flaw')]))
  const ran = await parley(['triage', finding, '--known', to, '--json', '-'])
  assert.deepEqual([ran.code, ran.err], [0, ''])
  assert.match(ran.out, /cve\.zip!cves\/2099\/10xxx\/CVE-2099-10003\.json/)
})
