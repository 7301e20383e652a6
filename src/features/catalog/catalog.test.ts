import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decodeEpss } from '#formats/epss/epss.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { decodeKev } from '#formats/kev/kev.ts'
import { Catalog } from './catalog.ts'

const at = { pointer: '' }
const published = (aliases: readonly string[], more: Partial<Finding> = {}): Finding => ({
  ...{ at, title: 'A published flaw', original: null, aliases },
  ...(aliases[0] === undefined ? {} : { nativeId: aliases[0] }),
  ...more,
})

const kevOf = (...cves: readonly string[]) =>
  decodeKev({ vulnerabilities: cves.map((cveID) => ({ cveID, dateAdded: '2031-02-03' })) })

const filled = (...findings: readonly Finding[]): Catalog => {
  const catalog = new Catalog()
  catalog.addRecords('osv.json', findings)
  return catalog
}

test('an empty catalogue knows nothing, and does not say no', () => {
  assert.deepEqual(new Catalog().factsOf(['CVE-2031-0001']), {
    ids: [],
    kev: 'unknown',
    exploited: false,
    ssvc: {},
    cvss: [],
    fixedVersions: [],
    because: [],
  })
})

test('only a catalogue that lists something, asked by CVE number, can say "not listed"', () => {
  const catalog = filled(published(['GHSA-aaaa-bbbb-cccc']))
  catalog.addKev('empty.json', decodeKev({ vulnerabilities: [] }))
  assert.equal(catalog.factsOf(['CVE-2031-0001']).kev, 'unknown')
  catalog.addKev('kev.json', kevOf('CVE-2031-0009'))
  assert.equal(catalog.factsOf(['CVE-2031-0001']).kev, 'not-listed')
  assert.equal(catalog.factsOf(['GHSA-aaaa-bbbb-cccc']).kev, 'unknown')
  assert.equal(catalog.factsOf([]).kev, 'unknown')
})

test('a record that its document takes back, or that has no identifier, is not known', () => {
  const withdrawn = published(['CVE-2031-0001'], { standing: { is: 'suppressed' } })
  const catalog = filled(withdrawn, published([]), { ...published([]), nativeId: 'internal-7' })
  assert.deepEqual(catalog.size, { records: 0, listings: 0, scores: 0 })
  assert.deepEqual(catalog.factsOf(['CVE-2031-0001']).ids, [])
})

test('two CVE numbers are two flaws: a bundle makes none of them the same', () => {
  const fix = { name: 'thing', ranges: [{ fixed: '2' }] }
  const bundle = published(['RHSA-2031:7', 'CVE-2031-0001', 'CVE-2031-0002'], {
    ...{ exploited: true, components: [fix], ssvc: { Exploitation: 'active' } },
  })
  const catalog = filled(bundle, published(['CVE-2031-0001']), published(['CVE-2031-0002']))
  catalog.addKev('kev.json', kevOf('CVE-2031-0002'))
  const facts = catalog.factsOf(['CVE-2031-0001'])
  assert.deepEqual(facts.ids, ['CVE-2031-0001'])
  assert.equal(facts.kev, 'not-listed')
  assert.equal(facts.exploited, false)
  assert.deepEqual(facts.ssvc, {})
  assert.deepEqual(facts.fixedVersions, ['thing 2'])
})

test('aliases are followed from record to record, in any case', () => {
  const catalog = filled(
    published(['GHSA-aaaa-bbbb-cccc', 'CVE-2031-0001']),
    published(['PYSEC-2031-4', 'GHSA-aaaa-bbbb-cccc']),
    published(['CVE-2031-0003']),
  )
  catalog.addKev('kev.json', kevOf('CVE-2031-0001'))
  for (const id of ['pysec-2031-4', 'ghsa-AAAA-bbbb-cccc', 'cve-2031-0001']) {
    const facts = catalog.factsOf([id])
    assert.deepEqual(facts.ids, ['CVE-2031-0001', 'GHSA-aaaa-bbbb-cccc', 'PYSEC-2031-4'])
    assert.equal(facts.kev, 'listed')
    assert.equal(facts.dateAdded, '2031-02-03')
    assert.equal(facts.exploited, true)
    assert.equal(facts.knownRansomware, undefined, 'unknown is not no')
  }
})

test('facts come from every file, with sentences that name it', () => {
  const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'
  const components = [{ name: 'thing', ranges: [{ introduced: '0', fixed: '1.2.3' }] }]
  const catalog = filled(
    published(['CVE-2031-0001'], {
      ...{ ssvc: { Exploitation: 'poc' }, cvss: [vector], components, published: '2031-01-02' },
    }),
    published(['GHSA-aaaa-bbbb-cccc', 'CVE-2031-0001'], {
      cvss: [vector],
      published: '2030-12-31',
    }),
  )
  const row = { cveID: 'CVE-2031-0001', knownRansomwareCampaignUse: 'Known' }
  catalog.addKev('kev.json', decodeKev({ vulnerabilities: [row] }))
  catalog.addEpss('epss.csv', decodeEpss('cve,epss,percentile\nCVE-2031-0001,0.25,0.9'))
  assert.deepEqual(catalog.size, { records: 2, listings: 1, scores: 1 })
  assert.deepEqual(catalog.factsOf(['CVE-2031-0001']), {
    ids: ['CVE-2031-0001', 'GHSA-aaaa-bbbb-cccc'],
    kev: 'listed',
    knownRansomware: true,
    epss: 0.25,
    percentile: 0.9,
    exploited: true,
    ssvc: { Exploitation: 'poc' },
    cvss: [vector],
    fixedVersions: ['thing 1.2.3'],
    published: '2030-12-31',
    because: [
      'CVE-2031-0001 is published since 2031-01-02 (osv.json)',
      'GHSA-aaaa-bbbb-cccc is published since 2030-12-31 (osv.json)',
      'CVE-2031-0001 stands in the KEV catalogue, and ransomware campaigns use it (kev.json)',
      'EPSS 0.25, percentile 0.9 (epss.csv)',
    ],
  })
})

test('the records about a package are found by purl, by name and by product', () => {
  const range = [{ introduced: '1.0.0', fixed: '2.0.0' }]
  const catalog = filled(
    published(['CVE-2031-0001'], {
      components: [{ name: '@scope/thing', ecosystem: 'npm', ranges: range }],
    }),
    published(['CVE-2031-0002'], {
      components: [{ name: 'thing', vendor: 'Scope Inc', ranges: range }],
    }),
    published(['CVE-2031-0003'], { components: [{ name: 'thing', ecosystem: 'PyPI' }] }),
  )
  const asked = (version: string) => {
    const purl = `pkg:npm/%40scope/thing@${version}`
    const cpes = [`cpe:2.3:a:scope_inc:thing:${version}:*:*:*:*:*:*:*`]
    return catalog
      .advisoriesFor({ name: '@scope/thing', purl, version, cpes })
      .map(({ ids, match, isAffected }) => [ids[0], match, isAffected])
  }
  assert.deepEqual(asked('1.5.0'), [
    ['CVE-2031-0001', 'purl', true],
    ['CVE-2031-0002', 'product', true],
  ])
  assert.deepEqual(asked('2.0.0'), [
    ['CVE-2031-0001', 'purl', false],
    ['CVE-2031-0002', 'product', false],
  ])
  assert.deepEqual(
    catalog
      .advisoriesFor({ name: 'Thing', ecosystem: 'pip', version: '3' })
      .map(({ ids }) => ids[0]),
    ['CVE-2031-0003', 'CVE-2031-0002'],
    'a record without an ecosystem may mean it, too',
  )
  assert.deepEqual(catalog.advisoriesFor({ name: 'other', ecosystem: 'npm' }), [])
})

test('records that come later are found, too', () => {
  const catalog = new Catalog()
  const npm = { name: 'late', ecosystem: 'npm' }
  assert.deepEqual(catalog.advisoriesFor(npm), [])
  catalog.addRecords('osv.json', [published(['CVE-2031-0001'], { components: [npm] })])
  assert.equal(catalog.advisoriesFor(npm).length, 1)
  assert.equal(catalog.advisoriesFor(npm)[0]?.isAffected, null, 'without ranges nothing is known')
})

test('whatever the order of the records, the facts are the same but for their sentences', () => {
  const ids = fc.constantFrom('CVE-2031-1', 'CVE-2031-2', 'GHSA-aaaa-aaaa-aaaa', 'PYSEC-1', 'GO-1')
  const record = fc
    .uniqueArray(ids, { minLength: 1, maxLength: 3 })
    .map((all) => published(all, { components: [{ name: 'x', ranges: [{ fixed: all.join() }] }] }))
  fc.assert(
    fc.property(fc.array(record, { maxLength: 6 }), ids, (records, asked) => {
      const { because: _, ...facts } = filled(...records).factsOf([asked])
      const { because: __, ...turned } = filled(...records.toReversed()).factsOf([asked])
      assert.deepEqual(turned, facts)
    }),
  )
})
