import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identifiersIn, ownAndRelated } from './identifiers.ts'

test('identifiers are read in every form, and look-alikes are not', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['', []],
    ['CVE-2024', []],
    ['CVE-24-1234', []],
    ['CVE-2024-123', []],
    ['XCVE-2024-1234', []],
    ['GHSA-aaaa-bbbb-cccc', []],
    ['cve-2024-1234', ['CVE-2024-1234']],
    ['CVE-2024-1234567', ['CVE-2024-1234567']],
    ['GHSA-2C4M-59X9-FR2G', ['GHSA-2c4m-59x9-fr2g']],
    ['(RUSTSEC-2023-0001), GO-2022-0493.', ['RUSTSEC-2023-0001', 'GO-2022-0493']],
    ['VU#123456 / ZDI-23-1234 / RHSA-2023:1234', ['VU#123456', 'ZDI-23-1234', 'RHSA-2023:1234']],
    ['CVE-2024-1111, CVE-2024-2222, CVE-2024-1111', ['CVE-2024-1111', 'CVE-2024-2222']],
  ]
  for (const [text, wanted] of cases) assert.deepEqual(identifiersIn(text), wanted, text)
})

const id = 'CVE-2020-1234'

/** Sentences in which the identifier belongs to another flaw. */
const related: readonly string[] = [
  `Unlike ${id}, this needs no account.`,
  `This is similar to ${id}.`,
  `It is a bypass of the fix for ${id}.`,
  `This bypasses ${id}.`,
  `The patch for ${id} was incomplete.`,
  `An incomplete fix for ${id} leaves the parser open.`,
  `A regression of ${id} came with 2.0.`,
  `This is a variant of ${id}`,
  `See ${id} for background.`,
  `Not to be confused with ${id}.`,
  `Earlier issues such as ${id} were fixed.`,
  `It looks like a duplicate of ${id}.`,
  `${id} is unrelated.`,
  `${id} was fixed in 2019, but the same mistake came back.`,
  `The check was introduced in ${id}.`,
  `We read about ${id} and looked for more.`,
  `Related: CVE-2019-1, ${id}`,
  `References:\n- https://nvd.nist.gov/vuln/detail/${id}`,
]

/** Texts in which the identifier is the flaw's own. */
const own: readonly string[] = [
  `CVE: ${id}`,
  `**CVE ID:** ${id}`,
  `| CVE | ${id} |`,
  `- Aliases: GHSA-2c4m-59x9-fr2g, ${id}`,
  `CVE-ID: \`${id}\``,
  `This vulnerability has been assigned ${id}.`,
  `The issue is tracked as ${id}.`,
  `It was assigned the identifier ${id} by MITRE.`,
  `${id} has been assigned to this issue.`,
  `We reserved ${id}.`,
]

for (const text of related) {
  test(`related, not an alias: ${text.slice(0, 60)}`, () => {
    const found = ownAndRelated(text, 'Overflow in the parser')
    assert.ok(!found.own.includes(id), text)
    assert.ok(found.related.includes(id), text)
  })
}

for (const text of own) {
  test(`an alias: ${text.slice(0, 60)}`, () => {
    assert.ok(ownAndRelated(text, 'Overflow in the parser').own.includes(id), text)
  })
}

test('the title names the flaw itself, unless it says otherwise', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    [`${id}: overflow in the parser`, true],
    [`Overflow in the parser (${id})`, true],
    [`Bypass of ${id}`, false],
    [`Incomplete fix for ${id} allows overflow`, false],
    [`Same root cause as ${id}`, false],
    [`Regression of ${id} in 2.0`, false],
  ]
  for (const [title, wanted] of cases) {
    assert.equal(ownAndRelated('', title).own.includes(id), wanted, title)
  }
})

test('an identifier that is both named as own and compared elsewhere stays own', () => {
  const { own: mine, related: others } = ownAndRelated(
    `CVE: ${id}\n\nUnlike ${id}, CVE-2019-9999 needs an account.`,
    'Overflow',
  )
  assert.deepEqual(mine, [id])
  assert.deepEqual(others, ['CVE-2019-9999'])
})

test('long texts are read in linear time', () => {
  for (const unit of ['CVE-', `${id} `, `CVE: ${id}, `, 'unlike ', `is ${id};`, 'SNYK-A-']) {
    const text = unit.repeat(Math.ceil(400_000 / unit.length))
    const start = performance.now()
    ownAndRelated(text, text.slice(0, 2000))
    assert.ok(performance.now() - start < 3000, unit)
  }
})
