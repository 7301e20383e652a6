import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Material } from '#formats/finding/decoder.ts'
import { lineCounter } from '#formats/text/line-counter.ts'
import { crashDecoder } from './crash-log.ts'

const text = (body: string): Material => ({ kind: 'text', text: body })

const trace = `INFO: Running with entropic power schedule
==77==ERROR: AddressSanitizer: heap-buffer-overflow on address 0x602000000014 at pc 0x4f
READ of size 4 at 0x602000000014 thread T0
    #0 0x4c1a2b in __asan_memcpy /src/llvm/compiler-rt/lib/asan/asan.cpp:22:3
    #1 0x4f1a2b in png_read_row /src/png/pngread.c:401:9
    #2 0x4f2000 in main /src/png/main.c:9:3
==77==ABORTING
`

test('prose, JSON and other logs are not crash logs', () => {
  assert.equal(crashDecoder.recognise(text('')), 0)
  assert.equal(crashDecoder.recognise(text('It crashes with AddressSanitizer.')), 0)
  assert.equal(crashDecoder.recognise(text('error: build failed\n'.repeat(50))), 0)
  assert.equal(crashDecoder.recognise({ kind: 'json', value: {}, text: '{}' }), 0)
})

test('a report in Markdown that holds a trace is only perhaps a crash log', () => {
  const report = `# Overflow in png\n\nIt reads too far.\n\n\`\`\`\n${trace}\`\`\`\n`
  assert.equal(crashDecoder.recognise(text(report)), 1)
})

test('a log of one crash is one finding with a title of its own', () => {
  assert.equal(crashDecoder.recognise(text(trace)), 3)
  const { findings, problems } = crashDecoder.decode(text(trace))
  assert.deepEqual(problems, [])
  assert.equal(findings.length, 1)
  const [finding] = findings
  assert.equal(finding?.title, 'heap-buffer-overflow (read of 4) in png_read_row')
  assert.deepEqual(finding?.at, { line: 2 })
  assert.deepEqual(finding?.tool, { name: 'AddressSanitizer' })
  assert.deepEqual(finding?.cwe, [122])
  assert.deepEqual(finding?.locations?.[0], {
    file: '/src/png/pngread.c',
    line: 401,
    function: 'png_read_row',
  })
  assert.equal(finding?.original, trace)
})

test('each crash of a log keeps its own text, and no character of the log is lost', () => {
  const log = `${trace}\nsecond run\n${trace}${trace}`
  const { findings } = crashDecoder.decode(text(log))
  assert.equal(findings.length, 3)
  assert.equal(findings.map(({ original }) => original).join(''), log)
})

test('lines are counted over offsets that ascend', () => {
  const lineAt = lineCounter('a\nb\n\nc')
  assert.deepEqual([0, 1, 2, 4, 5].map(lineAt), [1, 1, 2, 3, 4])
})

test('any material is answered', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (body) => {
      const level = crashDecoder.recognise(text(body))
      assert.ok(level >= 0 && level <= 3)
      for (const { title } of crashDecoder.decode(text(body)).findings) assert.notEqual(title, '')
    }),
  )
})
