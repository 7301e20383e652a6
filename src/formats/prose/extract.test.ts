import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { componentsOf, purlsIn } from './components.ts'
import { dateIn } from './dates.ts'
import { fieldsOf } from './fields.ts'
import { blobOf, filesIn } from './files.ts'
import { outlineOf, plainTitle } from './outline.ts'
import { findersIn, namesOf } from './people.ts'
import { roleOf, rolesByLine, sectionsOf, textOfSection } from './sections.ts'
import { cvssScoreIn, cvssVectorsIn, labelledSeverity, titleMarkOf } from './severity.ts'
import { symbolsIn } from './symbols.ts'

const filesOf = (text: string): unknown[] => filesIn(text).map(({ at: _, ...place }) => place)

test('what only looks like a source file is none', () => {
  for (const text of [
    'Node.js and Vue.js are affected',
    'see example.com and foo.io',
    'e.g. this, i.e. that',
    'version 1.2.c',
    'the file README.md',
    'run poc.py',
    'reads /etc/passwd.conf',
    'a.b.c.d',
    '.js',
    'https://example.org/index.html',
    'ASP.NET',
  ]) {
    assert.deepEqual(filesOf(text), [], text)
  }
})

test('files with and without lines', () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['in src/pear/read.c the', [{ file: 'src/pear/read.c' }]],
    ['parse.rs is at fault', [{ file: 'parse.rs' }]],
    ['`index.js` is', [{ file: 'index.js' }]],
    ['index.js:12 is', [{ file: 'index.js', line: 12 }]],
    ['src/a.c:12:3', [{ file: 'src/a.c', line: 12 }]],
    ['(src/a.c:12-20).', [{ file: 'src/a.c', line: 12, endLine: 20 }]],
    ['a.c#L10-L20', [{ file: 'a.c', line: 10, endLine: 20 }]],
    ['src/a.c(12)', [{ file: 'src/a.c', line: 12 }]],
    ['src/a.c, lines 10-20', [{ file: 'src/a.c', line: 10, endLine: 20 }]],
    ['`src/a.c` line 7', [{ file: 'src/a.c', line: 7 }]],
    ['on line 7 of `src/a.c`', [{ file: 'src/a.c', line: 7 }]],
    ['src\\win\\a.cpp:9', [{ file: 'src/win/a.cpp', line: 9 }]],
    [
      'https://github.com/o/r/blob/main/src/a%20b.c#L10-L20',
      [{ file: 'src/a b.c', line: 10, endLine: 20 }],
    ],
    ['https://gitlab.com/g/s/r/-/blob/v1/x/y.go#L5', [{ file: 'x/y.go', line: 5 }]],
  ]
  for (const [text, wanted] of cases) assert.deepEqual(filesOf(text), wanted, text)
  assert.equal(blobOf('https://github.com/o/r/blob/main/a.c#L3')?.repository, 'o/r')
  assert.equal(blobOf('https://github.com/o/r/issues/3'), null)
})

test('headings, blocks and bold lines make the outline', () => {
  const outline = outlineOf(
    '# One\ntext\n\nTwo\n---\n**Impact:**\n```c\n# not a heading\n```\n~~~\nopen',
  )
  assert.deepEqual(
    outline.headings.map(({ level, title, line }) => [level, title, line]),
    [
      [1, 'One', 0],
      [2, 'Two', 3],
      [7, 'Impact', 5],
    ],
  )
  assert.deepEqual(outline.blocks, [
    { language: 'c', text: '# not a heading', line: 7, end: 8 },
    { text: 'open', line: 10, end: 11 },
  ])
})

test('marks come off titles', () => {
  assert.equal(
    plainTitle('**Bold** `code_x` [text](http://a.b) <b>x</b> snake_case'),
    'Bold code_x text x snake_case',
  )
})

test('headings have roles, titles have none', () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ['Impact', 'impact'],
    ['2. Proof of Concept (PoC)', 'proof'],
    ['Steps to reproduce', 'proof'],
    ['Recommended Mitigation Steps', 'fix'],
    ['Root Cause', 'cause'],
    ['Vulnerability Detail', 'details'],
    ['Affected versions', 'affected'],
    ['References', 'references'],
    ['Tools Used', 'tool'],
    ['Fix bypass in the parser allows overflow of the heap buffer', 'fix'],
    ['Overflow in the parser', null],
    ['Impact of a long title that is really the title of a finding in a report of many', null],
    ['', null],
  ]
  for (const [title, wanted] of cases) assert.equal(roleOf(title), wanted, title)
})

test('sections end where the next one of their depth begins', () => {
  const outline = outlineOf('# A\n## Impact\nbad\n### More\nworse\n## Fix\ngood')
  const sections = sectionsOf(outline)
  const [, impact] = sections
  assert.equal(impact && textOfSection(outline, impact), 'bad\n### More\nworse')
  assert.deepEqual(rolesByLine(outline, sections), [
    ...[null, 'impact', 'impact', 'impact', 'impact', 'fix', 'fix'],
  ])
})

test('labels are read from lines and tables, and not from prose or code', () => {
  const text = `Severity: High
**CWE:** CWE-79
- **Package**: \`left-pad\`
| Version | 1.2 |

| Status | Score |
|---|---|
| Open | 7.5 |

\`\`\`
Secret: no
\`\`\`
http://example.org: no`
  assert.deepEqual(
    fieldsOf(outlineOf(text)).map(({ key, value }) => `${key}=${value}`),
    ['severity=High', 'cwe=CWE-79', 'package=left-pad', 'version=1.2', 'status=Open', 'score=7.5'],
  )
})

const severityOf = (text: string): unknown => labelledSeverity(fieldsOf(outlineOf(text)))

test('severity is what a label says, not what prose mentions', () => {
  for (const text of [
    'This has a high chance of failure.',
    'Critical infrastructure uses it.',
    'Impact: high performance is lost',
    'Severity: unknown',
    'Severity matters: high',
  ]) {
    assert.equal(severityOf(text), undefined, text)
  }
  const cases: readonly (readonly [string, string])[] = [
    ['Severity: High', 'high'],
    ['**Severity:** 🔴 Critical (9.8)', 'critical'],
    ['| Severity | Moderate |', 'medium'],
    ['Risk rating: LOW', 'low'],
    ['Severity = medium', 'medium'],
  ]
  for (const [text, wanted] of cases) assert.equal(severityOf(text), wanted, text)
})

test('marks in front of a title', () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['High memory use in parser', { rest: 'High memory use in parser' }],
    ['M1 chips leak', { rest: 'M1 chips leak' }],
    ['[H-01] Overflow', { severity: 'high', number: 'H-01', rest: 'Overflow' }],
    ['M-3: Overflow', { severity: 'medium', number: 'M-3', rest: 'Overflow' }],
    ['(Critical) Overflow', { severity: 'critical', rest: 'Overflow' }],
    ['Low: Overflow', { severity: 'low', rest: 'Overflow' }],
    ['[H-01]', { rest: '[H-01]' }],
  ]
  for (const [title, wanted] of cases) assert.deepEqual(titleMarkOf(title), wanted, title)
})

test('CVSS vectors must be valid, scores in range', () => {
  const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'
  assert.deepEqual(
    cvssVectorsIn(`x ${vector}, ${vector}. CVSS:3.1/AV:Q/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H`),
    [vector],
  )
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['CVSS score: 9.8', 9.8],
    ['CVSS v3.1 base score of 7.5 (High)', 7.5],
    ['**CVSS:** 5', 5],
    ['CVSS: 98', undefined],
    ['CVSS:3.1/AV:N', undefined],
    ['CVSS 3.1', 3.1],
    ['score: 9.8', undefined],
  ]
  for (const [text, wanted] of cases) assert.equal(cvssScoreIn(text), wanted, text)
})

const symbolsOf = (text: string, title = ''): string[] => symbolsIn(outlineOf(text), title)

test('symbols are code, not products or words', () => {
  assert.deepEqual(symbolsOf('JavaScript on GitHub with OpenSSL, WebLogic and Node.js'), [])
  assert.deepEqual(symbolsOf('See `true`, `1.2.3`, `/etc/passwd`, `GET /x` and `password`.'), [])
  assert.deepEqual(symbolsOf('```\nhidden_function()\n```'), [])
  assert.deepEqual(symbolsOf('The function `open` calls read_row() and `Parser::next`.'), [
    'read_row',
    'open',
    'Parser::next',
  ])
  assert.deepEqual(symbolsOf('it uses png_set_row twice, png_set_row', ''), ['png_set_row'])
  assert.deepEqual(symbolsOf('', 'Overflow in png_read_row'), ['png_read_row'])
})

test('finders by label and by phrase', () => {
  const read = (text: string): string[] => findersIn(fieldsOf(outlineOf(text)), text)
  assert.deepEqual(read('The bug was found by fuzzing the parser.'), [])
  assert.deepEqual(read('Reported by: Ada Lovelace, Grace Hopper and @alan'), [
    'Ada Lovelace',
    'Grace Hopper',
    '@alan',
  ])
  assert.deepEqual(read('It was discovered and reported by Ada Lovelace of Analytical Labs.'), [
    'Ada Lovelace of Analytical Labs',
  ])
  assert.deepEqual(namesOf('N/A'), [])
})

test('dates that can be read two ways are left out', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['', undefined],
    ['01/02/2024', undefined],
    ['2024-13-01', undefined],
    ['31 February 2024', undefined],
    ['2024-03-01', '2024-03-01'],
    ['2024-03-01T10:20:30Z', '2024-03-01T10:20:30Z'],
    ['1st of March 2024', '2024-03-01'],
    ['Mar 1, 2024', '2024-03-01'],
    ['25/12/2023', '2023-12-25'],
    ['2024/3/1', '2024-03-01'],
  ]
  for (const [text, wanted] of cases) assert.equal(dateIn(text), wanted, text)
})

test('components by label, purl, phrase and link', () => {
  const read = (text: string): unknown => componentsOf(fieldsOf(outlineOf(text)), text)
  assert.deepEqual(read('It is broken.'), [])
  assert.deepEqual(read('Package: left-pad\nEcosystem: npm\nAffected versions: < 1.3.1'), [
    { name: 'left-pad', ecosystem: 'npm', ranges: [{ fixed: '1.3.1' }] },
  ])
  assert.deepEqual(read('Product: Pear Reader\nVersion: 2.0, 2.1\nFixed in: 2.2'), [
    { name: 'Pear Reader', ranges: [{ fixed: '2.2' }], versions: ['2.0', '2.1'] },
  ])
  assert.deepEqual(read('The flaw is in pkg:npm/%40fig/tree@1.0.'), [
    { name: '@fig/tree', purl: 'pkg:npm/%40fig/tree@1.0' },
  ])
  assert.deepEqual(read('Overflow in libpear before 1.2.'), [
    { name: 'libpear', ranges: [{ fixed: '1.2' }] },
  ])
  assert.deepEqual(read('https://github.com/o/r/blob/main/a.c#L1'), [{ name: 'o/r' }])
  assert.deepEqual(purlsIn('pkg:nothing and pkg:npm/a@1, pkg:npm/a@1'), ['pkg:npm/a@1'])
})

test('nothing is thrown and time is linear, whatever the text', () => {
  const all = (text: string): void => {
    const outline = outlineOf(text)
    const sections = sectionsOf(outline)
    const fields = fieldsOf(outline)
    symbolsIn(outline, text.slice(0, 200), rolesByLine(outline, sections))
    filesIn(text)
    findersIn(fields, text)
    componentsOf(fields, text)
    cvssVectorsIn(text)
    cvssScoreIn(text)
    dateIn(text)
  }
  fc.assert(fc.property(fc.string({ unit: 'binary' }), all))
  for (const unit of [
    '# a\n',
    '```\n',
    '**a**\n',
    'a: b\n',
    '|a|b|\n',
    'a.c:1 ',
    '`a_b` ',
    'found by ',
    'aB',
    'CVSS ',
    'pkg:a/',
    'a\n---\n',
    '[](',
    'x'.repeat(300),
  ]) {
    const text = unit.repeat(Math.ceil(250_000 / unit.length))
    const start = performance.now()
    all(text)
    assert.ok(performance.now() - start < 3000, `${unit} ${performance.now() - start}`)
  }
})
