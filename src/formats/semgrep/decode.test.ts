import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertIndependent } from '../../../test/formats/record.ts'
import { assertTotal, json } from '../../../test/formats/total.ts'
import { semgrepDecoder } from './decode.ts'

const span = (line: number): object => ({ start: { line, col: 1 }, end: { line, col: 9 } })
const at = (path: string, line: number): object => ({ path, ...span(line) })

const tainted = {
  check_id: 'python.exec.tainted',
  ...at('src\\run.py', 31),
  extra: {
    message: 'User input reaches a shell. Quote it.',
    severity: 'ERROR',
    metadata: {
      cwe: ['CWE-78: OS Command Injection', 'CWE-88'],
      references: ['https://example.org/shell'],
      source: 'https://semgrep.example.org/r/python.exec.tainted',
    },
    fingerprint: 'abc_0',
    lines: '  run(command)',
    fix: 'run([command])',
    is_ignored: false,
    dataflow_trace: {
      taint_source: ['CliLoc', [at('src/run.py', 6), 'sys.argv']],
      intermediate_vars: [{ location: at('src/run.py', 7), content: 'command' }],
      taint_sink: [
        'CliCall',
        [
          [at('src/run.py', 31), 'run(command)'],
          [{ location: at('src/shell.py', 2), content: 'text' }],
          ['CliLoc', [at('src/shell.py', 3), 'system(text)']],
        ],
      ],
    },
  },
}
const ignored = {
  check_id: 'generic.secret',
  ...at('a.env', 1),
  extra: {
    message: 'A secret',
    severity: 'INFO',
    metadata: { cwe: 'CWE-798: Hard-coded' },
    fingerprint: 'requires login',
    lines: 'requires login',
    is_ignored: true,
    fix_regex: { regex: 'x', replacement: 'y' },
  },
}
const dependency = {
  check_id: 'ssc-1',
  ...at('yarn.lock', 4),
  extra: {
    message: 'leftpad is flawed',
    severity: 'MEDIUM',
    metadata: { 'sca-vuln-database-identifier': 'CVE-2024-0001' },
    sca_info: {
      dependency_match: {
        dependency_pattern: { ecosystem: 'npm', package: 'leftpad', semver_range: '<1.0.3' },
        found_dependency: { package: 'leftpad', version: '1.0.0', ecosystem: 'npm' },
        lockfile: 'yarn.lock',
      },
    },
  },
}
const document = {
  version: '1.97.0',
  results: [tainted, ignored, dependency],
  errors: [
    { code: 3, level: 'warn', type: 'Syntax error', path: 'b.py', message: 'Syntax error at b.py' },
    { code: 2, level: 'error', type: ['PartialParsing', []], long_msg: 'One\ntwo' },
  ],
  paths: { scanned: ['a.env'] },
}

const supply = {
  vulns: [
    {
      title: 'Endless loop in leftpad',
      exposureType: 'REACHABLE',
      advisory: {
        ruleId: 'ssc-1',
        description: 'Padding goes on.',
        ecosystem: 'npm',
        severity: 'HIGH',
        references: {
          cveIds: ['CVE-2024-0001'],
          cweIds: ['CWE-835: Loop'],
          urls: ['https://example.org/x'],
        },
        announcedAt: '2024-01-01T00:00:00Z',
        vulnerableDependencies: [
          { name: 'leftpad', versionSpecifier: '< 1.0.3' },
          { name: 'rightpad', versionSpecifier: '< 9' },
        ],
      },
      matchedDependency: { name: 'leftpad', versionSpecifier: '1.0.0' },
      dependencyFileLocation: { path: 'yarn.lock', startLine: '12', endLine: '0' },
      closestSafeDependency: { name: 'leftpad', versionSpecifier: '1.0.3' },
      usages: [{ location: { path: 'src/pad.ts', startLine: '24', endLine: '25' } }],
      triage: { status: 'CLOSED' },
      groupKey: 'a::b',
    },
    { title: 'Other', exposureType: 'REACHABLE', advisory: {}, matchedDependency: { name: 'x' } },
  ],
}

const platform = {
  findings: [
    {
      id: 12,
      rule_name: 'js.no-refs',
      rule_message: 'A ref is used.',
      triage_state: 'ignored',
      triage_reason: 'acceptable_risk',
      severity: 'medium',
      match_based_id: 'm1',
      location: { file_path: 'a.tsx', line: 120, end_line: 124 },
      rule: { cwe_names: ['CWE-319: Cleartext'] },
      line_of_code_url: 'https://example.org/line',
    },
    { rule_name: 'js.eval', triage_state: 'untriaged', status: 'open' },
  ],
}

test('what is no Semgrep report is not taken for one', () => {
  const others = [
    {},
    { results: [] },
    { results: [], errors: [], metrics: {}, generated_at: 'x' },
    { results: [{ source: {}, packages: [] }] },
    { results: [{ title: 'x', severity: 'y' }] },
    { vulns: [{ id: 'x' }] },
    { findings: [{ title: 'x', severity: 'High', description: 'y' }] },
  ]
  for (const value of others) assert.equal(semgrepDecoder.recognise(json(value)), 0)
  for (const value of [document, supply, platform]) {
    assert.equal(semgrepDecoder.recognise(json(value)), 3)
  }
  assert.equal(semgrepDecoder.recognise(json({ results: [], errors: [], paths: {} })), 3)
  assert.equal(semgrepDecoder.recognise(json({ results: [], errors: [] })), 2)
})

test('a result says everything the report says of it, with the way of the taint', () => {
  const [first] = semgrepDecoder.decode(json(document)).findings
  const step = (file: string, line: number, snippet: string): object => ({
    ...{ file, line, endLine: line, snippet, role: 'flow' },
  })
  assert.deepEqual(first, {
    at: { pointer: '/results/0' },
    title: 'User input reaches a shell',
    details: 'User input reaches a shell. Quote it.',
    tool: { name: 'semgrep', version: '1.97.0' },
    rule: { id: 'python.exec.tainted' },
    severity: 'high',
    cwe: [78, 88],
    locations: [
      { file: 'src/run.py', line: 31, endLine: 31, snippet: '  run(command)' },
      step('src/run.py', 6, 'sys.argv'),
      step('src/run.py', 7, 'command'),
      step('src/run.py', 31, 'run(command)'),
      step('src/shell.py', 2, 'text'),
      step('src/shell.py', 3, 'system(text)'),
    ],
    references: ['https://example.org/shell', 'https://semgrep.example.org/r/python.exec.tainted'],
    fix: 'run([command])',
    fingerprints: { semgrep: 'abc_0' },
    original: tainted,
  })
})

test('ignored results stay, and "requires login" is neither snippet nor fingerprint', () => {
  const [, second] = semgrepDecoder.decode(json(document)).findings
  assert.deepEqual(second?.standing, { is: 'suppressed', why: 'ignored by a comment in the code' })
  assert.equal(second?.fingerprints, undefined)
  assert.deepEqual(second?.locations, [{ file: 'a.env', line: 1, endLine: 1 }])
  assert.equal(second?.severity, 'low')
  assert.equal(second?.fix, 'Replace what matches x with y')
})

test('a flawed dependency is a component with its range', () => {
  const third = semgrepDecoder.decode(json(document)).findings[2]
  assert.deepEqual(third?.components, [
    { name: 'leftpad', ecosystem: 'npm', version: '1.0.0', ranges: [{ fixed: '1.0.3' }] },
  ])
  assert.deepEqual(third?.aliases, ['CVE-2024-0001'])
})

test('errors of the scan are remarks that lose nothing', () => {
  const { problems } = semgrepDecoder.decode(json(document))
  assert.deepEqual(
    problems.map(({ pointer, why, lost }) => [pointer, why, lost]),
    [
      ['/errors/0', 'the scan reports: Syntax error: b.py: Syntax error at b.py', false],
      ['/errors/1', 'the scan reports: error: One', false],
    ],
  )
})

test('answers of the platform read as well, with what people decided there', () => {
  const [first] = semgrepDecoder.decode(json(supply)).findings
  assert.deepEqual(first?.components, [
    { name: 'leftpad', ecosystem: 'npm', version: '1.0.0', ranges: [{ fixed: '1.0.3' }] },
  ])
  assert.deepEqual(first?.locations, [
    { file: 'src/pad.ts', line: 24, endLine: 25 },
    { file: 'yarn.lock', line: 12, role: 'related' },
  ])
  assert.equal(first?.fix, 'Upgrade leftpad to 1.0.3')
  assert.deepEqual(first?.standing, { is: 'fixed' })
  const [ref, open] = semgrepDecoder.decode(json(platform)).findings
  assert.deepEqual(ref?.standing, { is: 'accepted', why: 'acceptable_risk' })
  assert.deepEqual(ref?.locations, [{ file: 'a.tsx', line: 120, endLine: 124 }])
  assert.equal(ref?.nativeId, '12')
  assert.equal(open?.standing, undefined)
})

test('a trace that nests without end is followed for a while only', () => {
  let trace: unknown = ['CliLoc', [at('deep.py', 1), 'x']]
  for (let depth = 0; depth < 5_000; depth += 1)
    trace = ['CliCall', [[at('a.py', 1), 'f'], [], trace]]
  const extra = { ...tainted.extra, dataflow_trace: { taint_source: trace } }
  const { findings } = semgrepDecoder.decode(json({ results: [{ ...tainted, extra }] }))
  assert.equal(findings[0]?.locations?.length, 101)
})

test('any broken member costs itself only', () => {
  assertTotal(semgrepDecoder, [document, supply, platform])
  assertIndependent(semgrepDecoder, document, '/results')
  assertIndependent(semgrepDecoder, supply, '/vulns')
  assertIndependent(semgrepDecoder, platform, '/findings')
})
