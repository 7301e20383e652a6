import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Decoded } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { sarifDecoder } from './sarif.ts'

const decode = (value: unknown): Decoded => sarifDecoder.decode({ kind: 'json', value, text: '' })
const recognise = (value: unknown) => sarifDecoder.recognise({ kind: 'json', value, text: '' })

type Parts = { readonly driver?: object; readonly run?: object; readonly log?: object }

/** A log around one result. */
const logOf = (result: unknown, { driver, run, log }: Parts = {}) => ({
  version: '2.1.0',
  runs: [{ tool: { driver: { name: 'Finder', ...driver } }, results: [result], ...run }],
  ...log,
})

function findingOf(result: unknown, parts: Parts = {}): Finding {
  const { findings } = decode(logOf(result, parts))
  assert.equal(findings.length, 1)
  return findings[0] ?? { at: {}, title: '', original: null }
}

const said = { message: { text: 'It is broken.' } }

const recognised: readonly [value: unknown, sure: number][] = [
  [null, 0],
  ['2.1.0', 0],
  [{ version: '2.1.0' }, 0],
  [{ runs: [] }, 0],
  [{ runs: [{ results: [] }], version: '1.5' }, 0],
  [{ runs: [{ tool: {} }] }, 2],
  [{ version: '2.1.0', runs: [] }, 3],
  [{ version: '1.0.0', runs: [{ tool: { name: 'x' } }] }, 3],
  [{ $schema: 'https://example.org/sarif-2.1.0.json' }, 3],
  [[logOf(said)], 3],
]
for (const [value, sure] of recognised) {
  test(`${JSON.stringify(value).slice(0, 60)} is recognised ${sure}`, () => {
    assert.equal(recognise(value), sure)
  })
}

test('what is not an array of runs of results says where', () => {
  const codes = (value: unknown) =>
    decode(value).problems.map(({ code, pointer }) => `${code} ${pointer}`)
  assert.deepEqual(codes({ version: '2.1.0' }), ['missing-field '])
  assert.deepEqual(codes({ version: '2.1.0', runs: {} }), ['wrong-type /runs'])
  assert.deepEqual(codes({ version: '2.1.0', runs: [null, 3] }), [
    'wrong-type /runs/0',
    'wrong-type /runs/1',
  ])
  assert.deepEqual(codes(logOf(7)), ['wrong-type /runs/0/results/0'])
  assert.deepEqual(codes({ version: '1.0.0', runs: [] }), ['bad-value /version'])
})

test('one result of nonsense costs nothing of the others', () => {
  const nonsense = { message: [1], locations: 'x', ruleIndex: {}, properties: 4, taxa: [5] }
  const value = logOf(said, { run: { results: [said, nonsense, null, said] } })
  const { findings, problems } = decode(value)
  assert.deepEqual(
    findings.map(({ title, at }) => [title, at.pointer]),
    [
      ['It is broken', '/runs/0/results/0'],
      ['Result without message', '/runs/0/results/1'],
      ['It is broken', '/runs/0/results/3'],
    ],
  )
  assert.ok(problems.every(({ pointer }) => pointer?.startsWith('/runs/0/results/')))
})

test('results that say that nothing is wrong are no findings', () => {
  for (const nothing of [{ kind: 'pass' }, { kind: 'notApplicable' }, { level: 'pass' }]) {
    assert.deepEqual(decode(logOf({ ...said, ...nothing })).findings, [])
  }
  for (const kind of ['fail', 'open', 'review', 'informational']) findingOf({ ...said, kind })
})

const rules = [
  { id: 'A/b', defaultConfiguration: { level: 'error' } },
  { id: 'C', properties: { 'security-severity': '9.8' } },
  { id: 'D', properties: { 'security-severity': 'Medium' } },
  { id: 'E', defaultConfiguration: { level: 'none' } },
]
const graded: readonly [why: string, result: object, severity: string, score?: number][] = [
  ['a result says nothing', {}, 'medium'],
  ['it has a level', { level: 'note' }, 'info'],
  ['its rule has a default level', { ruleId: 'A/b' }, 'high'],
  ['its rule is named by a part', { ruleId: 'A/b/2' }, 'high'],
  ['its rule is named by number', { ruleIndex: 0 }, 'high'],
  ['its own level is stronger than its rule', { ruleId: 'A/b', level: 'warning' }, 'medium'],
  ['its rule has a score', { ruleId: 'C', level: 'note' }, 'critical', 9.8],
  ['its own score wins', { ruleId: 'C', properties: { 'security-severity': 3 } }, 'low', 3],
  ['its rule has a word', { ruleId: 'D' }, 'medium'],
  ['its own word wins', { ruleId: 'C', properties: { Severity: 'HIGH' } }, 'high', 9.8],
  ['a score is out of bounds', { properties: { 'security-severity': 99 } }, 'medium'],
  ['its rule is switched to none', { ruleId: 'E' }, 'info'],
  ['it informs only', { ruleId: 'A/b', kind: 'informational' }, 'info'],
  ['it is open', { ruleId: 'A/b', kind: 'open', level: 'none' }, 'high'],
]
for (const [why, result, severity, score] of graded) {
  test(`severity is ${severity} where ${why}`, () => {
    const found = findingOf({ ...said, ...result }, { driver: { rules } })
    assert.equal(found.severity, severity)
    assert.equal(found.score, score)
  })
}

test('an invocation may run a rule at another level', () => {
  const override = { descriptor: { id: 'A/b' }, configuration: { level: 'note' } }
  const run = { invocations: [{ ruleConfigurationOverrides: [override] }] }
  const parts = { driver: { rules }, run }
  assert.equal(findingOf({ ...said, ruleId: 'A/b' }, parts).severity, 'info')
  assert.equal(findingOf({ ...said, ruleId: 'A/b', level: 'error' }, parts).severity, 'high')
})

test('rules are found by id, number, guid and in extensions; a wrong number is seen', () => {
  const named = (id: string) => ({ id, name: `Name ${id}`, guid: `guid-${id}` })
  const tool = {
    driver: { name: 'x', rules: [named('a'), named('b')] },
    extensions: [{ name: 'pack', rules: [named('c')] }],
  }
  const nameOf = (result: object) => findingOf({ ...said, ...result }, { run: { tool } }).rule?.name
  assert.equal(nameOf({ ruleId: 'b' }), 'Name b')
  assert.equal(nameOf({ ruleIndex: 1 }), 'Name b')
  assert.equal(nameOf({ ruleId: 'b', ruleIndex: 0 }), 'Name b')
  assert.equal(nameOf({ ruleId: 'c' }), 'Name c')
  assert.equal(nameOf({ rule: { guid: 'guid-c' } }), 'Name c')
  assert.equal(nameOf({ rule: { index: 0, toolComponent: { index: 0 } } }), 'Name c')
  assert.equal(nameOf({ rule: { index: 0, toolComponent: { name: 'pack' } } }), 'Name c')
  assert.equal(nameOf({ ruleId: 'zzz', ruleIndex: 9 }), undefined)
})

const cweTaxonomy = { name: 'CWE', guid: 'g1', taxa: [{ id: '787' }] }
const cweLog = {
  run: { taxonomies: [{ name: 'OWASP' }, cweTaxonomy] },
  driver: {
    rules: [
      { id: 'tag', properties: { tags: ['external/cwe/cwe-079', 'CWE-80: x', 'owasp-a1'] } },
      { id: 'bag', properties: { cwe: 'CWE-22, CWE-23' } },
      { id: 'rel', relationships: [{ target: { id: '89', toolComponent: { name: 'CWE' } } }] },
      { id: 'words', shortDescription: { text: 'Overflow (CWE-120)' } },
    ],
  },
}
const weak: readonly [result: object, cwe: readonly number[] | undefined][] = [
  [{}, undefined],
  [{ taxa: [{ id: '7', toolComponent: { name: 'OWASP' } }] }, undefined],
  [{ taxa: [{ id: '7', toolComponent: { index: 0 } }] }, undefined],
  [{ taxa: [{ index: 0, toolComponent: { index: 1 } }] }, [787]],
  [{ taxa: [{ id: '78', toolComponent: { guid: 'g1' } }] }, [78]],
  [{ taxa: [{ id: 'CWE-20' }] }, [20]],
  [{ ruleId: 'tag' }, [79, 80]],
  [{ ruleId: 'bag' }, [22, 23]],
  [{ ruleId: 'rel' }, [89]],
  [{ ruleId: 'words' }, [120]],
  [{ ruleId: 'CWE476' }, [476]],
  [{ ruleId: 'words', properties: { cwe: [416] } }, [416]],
  [{ ruleId: 'rel', properties: { 'cwe-id': 564 } }, [564, 89]],
]
for (const [result, cwe] of weak) {
  test(`${JSON.stringify(result)} has the weaknesses ${cwe}`, () => {
    assert.deepEqual(findingOf({ ...said, ...result }, cweLog).cwe, cwe)
  })
}

const driver = {
  rules: [{ id: 'R', messageStrings: { m: { text: '{0} of {{1}} in {1}, {7}' }, old: 'Old {0}' } }],
  globalMessageStrings: { g: { text: 'Global', markdown: '**Global** {0}' } },
}
const messages: readonly [message: unknown, details: string | undefined, title: string][] = [
  [{ id: 'm', arguments: ['leak', 'f'] }, undefined, 'leak of {1} in f, {7}'],
  [{ id: 'old', arguments: ['way'] }, undefined, 'Old way'],
  [{ id: 'g', arguments: ['x'] }, '**Global** x', 'Global'],
  [{ id: 'none' }, undefined, 'R'],
  [{ text: 'Raw {0} braces {}' }, undefined, 'Raw {0} braces {}'],
  [{ text: 'See [the source](1) of it' }, undefined, 'See the source of it'],
  [{ text: 'One.\nTwo.' }, 'One.\nTwo.', 'One'],
  ['SARIF 1 writes a text', undefined, 'SARIF 1 writes a text'],
]
for (const [message, details, title] of messages) {
  test(`the message ${JSON.stringify(message)} reads "${title}"`, () => {
    const found = findingOf({ ruleId: 'R', message }, { driver })
    assert.equal(found.title, title)
    assert.equal(found.details, details)
  })
}

test('a suppressed result stands suppressed unless the suppression is in doubt', () => {
  const standing = (suppressions: unknown) => findingOf({ ...said, suppressions }).standing
  assert.equal(standing([]), undefined)
  assert.equal(standing([{ kind: 'external', status: 'underReview' }]), undefined)
  assert.equal(standing([{ kind: 'inSource' }, { status: 'rejected' }]), undefined)
  assert.deepEqual(standing([{ kind: 'inSource' }]), {
    ...{ is: 'suppressed', why: 'suppressed: inSource' },
  })
  assert.deepEqual(standing([{ kind: 'external', status: 'accepted', justification: 'ours' }]), {
    ...{ is: 'suppressed', why: 'ours' },
  })
  assert.equal(findingOf({ ...said, baselineState: 'absent' }).standing?.is, 'fixed')
  assert.equal(findingOf({ ...said, baselineState: 'new' }).standing, undefined)
})

test('a run that failed says that results may be missing, and loses none', () => {
  const notification = { level: 'error', message: { text: 'parser gave up' } }
  const invocation = { executionSuccessful: false, toolExecutionNotifications: [notification] }
  const { findings, problems } = decode(logOf(said, { run: { invocations: [invocation] } }))
  assert.equal(findings.length, 1)
  assert.deepEqual(
    problems.map(({ lost, pointer }) => [lost, pointer]),
    [
      [false, '/runs/0/invocations/0'],
      [false, '/runs/0/invocations/0/toolExecutionNotifications/0'],
    ],
  )
  assert.match(problems[1]?.why ?? '', /parser gave up/)
})

test('nothing that is put where a result or run should be makes it throw', () => {
  const keys = ['message', 'locations', 'ruleId', 'rule', 'tool', 'driver', 'rules', 'taxa', 'id']
  const more = ['text', 'physicalLocation', 'region', 'index', 'properties', 'codeFlows', 'results']
  const key = fc.constantFrom(...keys, ...more, 'artifactLocation', 'uri', 'name', 'level')
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.jsonValue({ maxDepth: 1 }),
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 6 }),
    ),
  }))
  const property = fc.property(tree, tree, (result, run) => {
    const wild = typeof run === 'object' && run !== null ? run : {}
    const { problems, findings } = decode(logOf(result, { run: wild }))
    for (const { pointer } of problems) assert.ok(pointer !== undefined)
    for (const { title } of findings) assert.match(title, /\S/)
  })
  fc.assert(property, { numRuns: 1_000 })
})
