import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { isArray, isObject, Reader } from '../../src/formats/json/reader.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const folder = mkdtempSync(join(tmpdir(), 'parley-opinion-'))

/** Two tools that see one flaw on one line, without a function: a suggestion. */
const sarif = (tool: string, line: number): string =>
  JSON.stringify({
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: tool, rules: [{ id: `${tool}-1`, properties: { tags: ['CWE-787'] } }] },
        },
        results: [
          {
            ruleId: `${tool}-1`,
            message: { text: `${tool} sees a write past the end` },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'src/a.c' },
                  region: { startLine: line },
                },
              },
            ],
          },
        ],
      },
    ],
  })

const inputs = ['one', 'two'].map((tool, index) => {
  const path = join(folder, `${tool}.sarif`)
  writeFileSync(path, sarif(tool, 10 + index))
  return path
})

type Run = { readonly code: number; readonly stderr: string; readonly triage: Reader }

function triage(more: readonly string[], key = ''): Promise<Run> {
  const json = join(folder, 'triage.json')
  const args = [join(root, 'bin/parley.mjs'), 'triage', ...inputs, '--json', json, ...more]
  const env = { ...process.env, PARLEY_SECOND_OPINION_KEY: key }
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env }, (error, _, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : 0
      resolve({ code, stderr, triage: new Reader(JSON.parse(readFileSync(json, 'utf8'))) })
    })
  })
}

const reasonsIn = (read: Reader): string[] =>
  read
    .objects('suggestions')
    .flatMap((one) => one.objects('because').flatMap((reason) => reason.text('says') ?? []))

async function withModel(
  answer: (body: unknown, authorization: string) => { status: number; content: string },
  use: (address: string) => Promise<void>,
): Promise<void> {
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
      const { status, content } = answer(body, request.headers.authorization ?? '')
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ choices: [{ message: { role: 'assistant', content } }] }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address: AddressInfo | string | null = server.address()
  assert.ok(isObject(address))
  try {
    await use(`http://127.0.0.1:${address['port']}/v1`)
  } finally {
    server.close()
  }
}

test('without the option nothing is asked', async () => {
  const { code, stderr, triage: found } = await triage([])
  assert.equal(code, 0)
  assert.equal(found.objects('suggestions').length, 1)
  assert.doesNotMatch(stderr, /Second opinion/)
})

test('an address that is not https and not this machine is refused', async () => {
  const { code, stderr } = await triage(['--second-opinion', 'http://model.example/v1'])
  assert.equal(code, 2)
  assert.match(stderr, /https/)
})

test('a model says same: it is told what leaves, and the pair stays a suggestion', async () => {
  const seen: unknown[] = []
  await withModel(
    (body, authorization) => {
      seen.push(body)
      assert.equal(authorization, 'Bearer secret-key')
      return { status: 200, content: '{"answer":"same","why":"one write"}' }
    },
    async (address) => {
      const more = ['--second-opinion', address, '--second-opinion-model', 'scripted']
      const { code, stderr, triage: found } = await triage(more, 'secret-key')
      assert.equal(code, 0)
      assert.match(stderr, /sending the titles and texts of 1 pairs/)
      assert.doesNotMatch(stderr, /secret-key/)
      assert.equal(found.objects('cases').length, 2)
      assert.ok(reasonsIn(found).some((says) => says.includes('(scripted)')))
    },
  )
  const [body] = seen
  assert.ok(isObject(body) && isArray(body['messages']))
  assert.doesNotMatch(JSON.stringify(body), /src\/a\.c.*physicalLocation/)
})

test('a model that fails costs the opinion, not the triage', async () => {
  await withModel(
    () => ({ status: 503, content: '' }),
    async (address) => {
      const { code, stderr, triage: found } = await triage(['--second-opinion', address])
      assert.equal(code, 6)
      assert.match(stderr, /answered 503/)
      assert.equal(found.objects('suggestions').length, 1)
    },
  )
})
