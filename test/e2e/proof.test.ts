import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { parley } from './parley.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley proof '))
after(() => rmSync(folder, { recursive: true }))
const place = (name: string): string => join(folder, name)
function put(name: string, content: string | Buffer): string {
  mkdirSync(dirname(place(name)), { recursive: true })
  writeFileSync(place(name), content)
  return place(name)
}
const proof = (...args: readonly string[]) => parley(['proof', ...args])
const document = (name: string): string => readFileSync(place(`${name}/proof.yaml`), 'utf8')

test('what cannot be done is told with its exit code, and nothing is written', async () => {
  put('there/proof.yaml', 'mine')
  put('full/x', 'x')
  const notes = put('notes.md', '# Notes\n\nNothing can be run here.\n')
  for (const [args, code, said] of [
    [['init', place('a'), '--kind', 'cobol'], 2, /--kind: "cobol" is none of c, cpp, go/],
    [['init', place('there')], 5, /proof.yaml: is there already/],
    [['check', place('none')], 3, /none: does not exist/],
    [['check', place('full')], 3, /holds no proof.yaml\n {2}"parley proof init" writes one/],
    [['check', notes], 4, /is no archive that is read/],
    [['convert', notes, '--to', place('full')], 5, /is no empty folder/],
    [['convert', notes, '--to', place('b')], 4, /brings nothing along that could be run/],
    [['convert', place('full'), '--to', place('b')], 4, /is no task folder/],
    [['convert', notes], 2, /required option '--to <folder>'/],
  ] as const) {
    const ran = await proof(...args)
    assert.equal(ran.code, code, `${args.join(' ')}: ${ran.err}`)
    assert.match(ran.err, said)
  }
  assert.equal(readFileSync(place('there/proof.yaml'), 'utf8'), 'mine')
  assert.ok(!existsSync(place('a')) && !existsSync(place('b')))
})

test('init, check, an archive of it, and what is wrong with its line', async () => {
  assert.equal((await proof('init', place('new'), '--kind', 'c')).code, 0)
  const early = await proof('check', place('new'))
  assert.equal(early.code, 4)
  assert.match(early.out, /proof\.yaml:9 \/target\/path: target is not in the bundle \(add it/)
  for (const name of ['target/reader.c', 'inputs/proof', 'inputs/benign']) put(`new/${name}`, name)
  const whole = await proof('check', place('new'))
  assert.equal(whole.code, 0, whole.out)
  assert.match(whole.out, /is complete and consistent\n(?:note: .*\n)+$/)
  assert.match(whole.out, /^note: for E4: \/patch is not given/m)
  execFileSync('tar', ['-czf', place('new.tgz'), '-C', folder, 'new'])
  assert.equal((await proof('check', place('new.tgz'))).code, 0)
  put('new/proof.yaml', document('new').replace('oracle:', 'orakle:'))
  const wrong = await proof('check', place('new'), '--json')
  const { isComplete, problems } = JSON.parse(wrong.out)
  assert.equal(isComplete, false)
  assert.deepEqual(problems[1], {
    pointer: '/orakle',
    line: problems[1].line,
    why: 'is not a member of the format',
    hint: 'did you mean oracle?',
  })
})

/** Converts, and looks that all that stands in the way is that nobody has looked. */
async function proposed(
  name: string,
  files: readonly string[],
  more: readonly string[] = [],
): Promise<string> {
  const ran = await proof('convert', ...files, '--to', place(name))
  assert.equal(ran.code, 0, ran.err)
  assert.match(ran.out, /Nothing of this is run until a person has looked/)
  const check = await proof('check', place(name), '--json')
  assert.equal(check.code, 4)
  const { problems } = JSON.parse(check.out)
  assert.deepEqual(
    problems.map(({ pointer }: { pointer: string }) => pointer),
    ['/proposed', ...more, '/authorisation/statement'],
    check.out,
  )
  return document(name)
}

const asan = `==1==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000011
READ of size 1 at 0x602000000011 thread T0
    #0 0x4c in read_header /src/reader/header.c:12:7
    #1 0x4d in main /src/reader/main.c:5:3
`
const patch = '--- a/header.c\n+++ b/header.c\n@@ -1 +1 @@\n-int a;\n+int b;\n'

test('a Markdown report with commands is only proposed', async () => {
  const report = `# Heap overflow in read_header

Component: reader

## Proof of concept

\`\`\`sh
printf 'AAAA' > crash.bin
./reader crash.bin
\`\`\`

\`\`\`
${asan}\`\`\`
`
  const text = await proposed('markdown', [put('report.md', report)])
  assert.match(text, /\.\/reader crash\.bin/)
  assert.match(text, /kind: sanitizer\n {2}tool: address/)
})

test('commands against another machine become no proof', async () => {
  const fence = '```'
  const block = `${fence}sh\ncurl https://shop.corp/a\n${fence}\n`
  const report = `# Leak in shop\n\n## Proof of concept\n\n${block}`
  const ran = await proof('convert', put('live.md', report), '--to', place('live'))
  assert.equal(ran.code, 4)
  assert.match(ran.err, /names another machine \(shop\.corp\): live targets are always refused/)
  assert.ok(!existsSync(place('live')))
})

test('a fuzz target with its input becomes a proof that needs no fuzzing engine', async () => {
  const harness = put(
    'fuzz.c',
    `#include <stdint.h>
#include <stddef.h>
int LLVMFuzzerTestOneInput(const uint8_t *d, size_t n) { return n > 3 ? d[n] : 0; }
`,
  )
  const text = await proposed('fuzz', [harness, put('crash-1', Buffer.from([0, 1, 2, 255]))])
  assert.match(text, /gcc -g -O1 -fsanitize=address -o fuzz-target parley-driver.c fuzz.c/)
  assert.deepEqual([...readFileSync(place('fuzz/inputs/crash'))], [0, 1, 2, 255])
})

test('a task folder becomes a proof with its archive, crash and patch', async () => {
  put('task/description.txt', 'A heap overflow is in read_header. More follows.')
  put('task/error.txt', asan)
  put('task/patch.diff', patch)
  put('task/poc', 'AAAA')
  put('code/reader/header.c', 'int a;\n')
  execFileSync('tar', ['-czf', place('task/repo-vul.tar.gz'), '-C', place('code'), 'reader'])
  const text = await proposed('from task', [place('task')])
  assert.match(text, /title: A heap overflow is in read_header\./)
  assert.match(text, /error: heap-buffer-overflow\n {2}function: read_header/)
  assert.match(text, /patch: fix\.patch/)
})

test('a TAP report becomes a proof with its attachments, whose target is to be added', async () => {
  const report = {
    purl: 'pkg:npm/reader@1.0.0',
    cwe: ['CWE-22'],
    affected_symbol: { name: 'open', file: 'reader.py' },
    enrichment: { title: 'Path traversal', finders: ['Ada'] },
    attachments: [
      {
        filename: '../poc.py',
        content_type: 'text/x-python',
        type: 'reproducer',
        data: 'print(1)\n',
      },
      { filename: 'fix.diff', content_type: 'text/plain', type: 'patch', data: patch },
    ],
  }
  const text = await proposed('tap', [put('tap.json', JSON.stringify(report))], ['/patch'])
  assert.match(text, /command:\n {4}- python3\n {4}- "?'?\{input\}/)
  assert.match(text, /purl: pkg:npm\/reader@1\.0\.0/)
  assert.equal(readFileSync(place('tap/inputs/1-poc.py'), 'utf8'), 'print(1)\n')
})

test('a scrutineer bundle becomes a proof for each finding that was validated', async () => {
  const finding = (title: string) => ({
    ...{ title, severity: 'high', quality_tier: 1, location: 'src/reader.js:3' },
    validation: 'Run:\n\n```sh\nnode reader.js ../../x\n```\n',
  })
  const bundle = {
    tool: 'scrutineer',
    repository: 'https://git.example/reader',
    commit: 'ab'.repeat(20),
    findings: [finding('One'), finding('Two'), { title: 'Three', severity: 'low' }],
  }
  const ran = await proof('convert', put('scrut.json', JSON.stringify(bundle)), '--to', place('s'))
  assert.equal(ran.code, 0, ran.err)
  assert.match(document('s/001'), /title: One\n/)
  assert.match(document('s/002'), /node reader\.js \.\.\/\.\.\/x/)
  assert.ok(!existsSync(place('s/003')))
})
