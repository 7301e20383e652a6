import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { affectedOf, belowFix, namesOf, upgradeTo } from './dependency.ts'
import { httpProof } from './evidence.ts'
import { hrefsOf, textOfHtml } from './html.ts'
import { linksIn } from './links.ts'
import { flawTitle } from './title.ts'
import { vectorsIn } from './vector.ts'

test('HTML becomes plain text, what only looks like HTML stays', () => {
  const pairs: readonly (readonly [string, string])[] = [
    ['', ''],
    ['a < b and c > d', 'a < b and c > d'],
    ['x <3 y <', 'x <3 y <'],
    ['<p>One.</p><p>Two &amp; three.</p>', 'One.\n\nTwo & three.'],
    ['<ul><li>a</li><li>b</li></ul>', '- a\n\n- b'],
    ['a<br/>b<BR>c', 'a\nb\nc'],
    ['<script>var x = "<p>"</script>kept', 'kept'],
    ['<style>p {', ''],
    ['<!-- no --> yes', 'yes'],
    ['&lt;b&gt; &#65;&#x42; &nosuch; &#0;', '<b> AB &nosuch; &#0;'],
    ['a&nbsp;&nbsp; b', 'a b'],
    ['<a href="x">link</a>', 'link'],
  ]
  for (const [html, text] of pairs) assert.equal(textOfHtml(html), text, html)
})

test('any text is read as HTML in linear time', () => {
  const unit = fc.constantFrom('<', '>', '&', ';', '</', 'p', '<script', '<!--', '\n', ' ', '#x')
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), (html) => {
      const text = textOfHtml(html)
      assert.equal(text, text.trim())
    }),
  )
  for (const unit of ['<', '<p', '<script>', '<!--', '&#', '<a href=', ' ', '\n']) {
    const start = performance.now()
    textOfHtml(unit.repeat(300_000))
    hrefsOf(unit.repeat(300_000))
    assert.ok(performance.now() - start < 3_000, unit)
  }
})

test('links and vectors are found without the signs around them', () => {
  assert.deepEqual(hrefsOf(`<a href="https://a.example.org/?x=1&amp;y=2"> <a href=http://b>`), [
    'https://a.example.org/?x=1&y=2',
    'http://b',
  ])
  assert.deepEqual(linksIn('See https://a.example.org/x, (http://b.example.org) and ftp://c.'), [
    'https://a.example.org/x',
    'http://b.example.org',
  ])
  assert.deepEqual(linksIn(undefined), [])
  const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N'
  assert.deepEqual(vectorsIn([`"${vector}"`, undefined, `7.5 (${vector})`, 'CVSS:3.1/AV:N']), [
    vector,
  ])
  assert.deepEqual(vectorsIn(['AV:N/AC:L/Au:N/C:P/I:N/A:N']), ['AV:N/AC:L/Au:N/C:P/I:N/A:N'])
})

test('bulletins are related to flaws, and not names of them', () => {
  assert.deepEqual(namesOf('CVE-2024-1', ['DSA-5-1', 'GHSA-aaaa-bbbb-cccc', undefined]), {
    aliases: ['CVE-2024-1', 'GHSA-aaaa-bbbb-cccc'],
    related: ['DSA-5-1'],
  })
  assert.deepEqual(namesOf('ALAS2-2024-1', ['CVE-2024-1', 'CVE-2024-2']), {
    aliases: ['ALAS2-2024-1'],
    related: ['CVE-2024-1', 'CVE-2024-2'],
  })
  assert.deepEqual(namesOf(undefined, []), { aliases: [], related: [] })
})

test('constraints become ranges, what is none says nothing', () => {
  assert.deepEqual(
    affectedOf(['>= 1.0, < 1.2 || = 2.0 (semver)', '>=1.0,<1.2', 'none (deb)', '']),
    {
      ranges: [{ introduced: '1.0', fixed: '1.2' }],
      versions: ['2.0'],
    },
  )
  const written: readonly (readonly [string, object])[] = [
    ['>=4.0.0 <4.3.1', { ranges: [{ introduced: '4.0.0', fixed: '4.3.1' }], versions: [] }],
    ['4.0.0 - 4.3.0', { ranges: [{ introduced: '4.0.0', lastAffected: '4.3.0' }], versions: [] }],
    ['2.14.0 || >=3.0.2', { ranges: [{ introduced: '3.0.2' }], versions: ['2.14.0'] }],
    ['[1.0,1.2)', { ranges: [{ introduced: '1.0', fixed: '1.2' }], versions: [] }],
    [
      '(,1.2], [2.0,2.1)',
      { ranges: [{ lastAffected: '1.2' }, { introduced: '2.0', fixed: '2.1' }], versions: [] },
    ],
    ['[1.5]', { ranges: [], versions: ['1.5'] }],
    ['[,]', { ranges: [], versions: [] }],
    ['[1.0', { ranges: [], versions: [] }],
    ['*', { ranges: [{ introduced: '0' }], versions: [] }],
  ]
  for (const [text, affected] of written) assert.deepEqual(affectedOf([text]), affected, text)
  assert.deepEqual(affectedOf([undefined, 'see the advisory for details']), {
    ranges: [],
    versions: [],
  })
  assert.deepEqual(belowFix(['1.2']), [{ fixed: '1.2' }])
  assert.deepEqual(belowFix(['1.2', '2.1']), [])
  assert.equal(upgradeTo([' ', ''], 'x'), undefined)
})

test('messages are cut in proofs where they are very long', () => {
  assert.deepEqual(httpProof(' \r\n'), [])
  assert.equal(httpProof('x'.repeat(20_000))[0]?.text.length, 20_000)
  assert.match(httpProof('x'.repeat(20_001))[0]?.text ?? '', /x\n\[cut\]$/)
})

test('a title passes over what the product is', () => {
  const pairs: readonly (readonly [string | undefined, string | undefined])[] = [
    [undefined, undefined],
    ['', undefined],
    ['Redis is an open source database. An attacker can crash it.', 'An attacker can crash it'],
    ['Redis is an open source database.', 'Redis is an open source database'],
    ['The pad goes on for ever. Callers hang.', 'The pad goes on for ever'],
    ['It is possible to crash it. Then wait.', 'It is possible to crash it'],
    ['It is a pad.', 'It is a pad'],
  ]
  for (const [details, title] of pairs) assert.equal(flawTitle(details), title, details)
})
