import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { gatewayRefusals, presentRefusal } from '#features/engagement/gateway/refusal.ts'
import { answeringJson, type Script, ScriptedEndpoint } from '../engagement/scripted-endpoint.ts'
import { modelAt, outcomesOf, ran, transcriptOf } from './running.ts'
import { canaryOf, fresh, skip, toyPack } from './toy-pack.ts'

const usage = { prompt_tokens: 200, completion_tokens: 20 }
const answer = (message: object, more: object = {}) =>
  answeringJson(200, { choices: [{ message, finish_reason: 'stop' }], usage, ...more })
const calling = (...calls: readonly (readonly [tool: string, input: unknown])[]) =>
  answer({
    content: 'So.',
    tool_calls: calls.map(([name, input], index) => ({
      ...{ id: `c${index}`, type: 'function' },
      function: { name, arguments: typeof input === 'string' ? input : JSON.stringify(input) },
    })),
  })
const submit = calling(['submit', {}])
const write = (content: string) => calling(['write_file', { path: 'answer.txt', content }])

/** What a model is told in a request, and which task it is about. */
function seenIn(body: Buffer): {
  readonly task: string
  readonly turn: number
  readonly text: string
} {
  const text = body.toString('utf8')
  const [, task = ''] = /Write the word ([a-z0-9-]+) to/.exec(text) ?? []
  return { task, turn: [...text.matchAll(/"role":"assistant"/g)].length, text }
}

type Told = ReturnType<typeof seenIn>

async function asked(
  ids: readonly string[],
  script: (told: Told, count: number) => Script,
  more: { readonly limits?: string; readonly api?: 'openai'; readonly settings?: object } = {},
) {
  const requests: { name: string; told: Told }[] = []
  const endpoint = await ScriptedEndpoint.start(async (seen, response) => {
    const told = seenIn(seen.body)
    const at = seen.rawHeaders.findIndex((one) => one.toLowerCase() === 'parley-request')
    requests.push({ name: seen.rawHeaders[at + 1] ?? '', told })
    await script(told, requests.length)(seen, response)
  })
  after(() => endpoint.close())
  const folder = fresh('run')
  const pack = toyPack(ids, more.limits)
  const model = modelAt(endpoint.url)
  const again = (others: object = {}) =>
    ran({ pack, folder, model, more: { ...more.settings, ...others } })
  const end = await again()
  model.close()
  return { end, requests, folder, outcomes: outcomesOf(end), sample: end.samples[0], again, pack }
}

describe('outcomes of attempts', { concurrency: 2, ...skip }, () => {
  test('what a verifier says decides, also where files and tools went wrong before', async () => {
    const { outcomes, folder, end } = await asked(
      ['right', 'wrong', 'broken'],
      ({ task, turn }) => {
        if (turn === 0)
          return calling(
            ['browser', {}],
            ['shell', '{"command": '],
            ['read_file', { path: '/etc/shadow' }],
          )
        if (turn === 1)
          return task === 'broken'
            ? calling(['shell', { command: 'touch broken' }])
            : write(task === 'right' ? 'right\n' : 'no\n')
        return submit
      },
    )
    assert.deepEqual(outcomes, { right: 'success', wrong: 'failure', broken: 'grader_error' })
    const told = transcriptOf(folder, 'right').filter((event) => event.is === 'tool')
    assert.match(told[0]?.output ?? '', /no tool "browser"/)
    assert.match(told[1]?.output ?? '', /no JSON/)
    assert.match(told[2]?.output ?? '', /ended with code/)
    assert.equal(end.status.state, 'complete')
  })

  test('refusals, blocks and lasting faults are four different facts', async () => {
    const ids = ['refused', 'filtered', 'blocked', 'faulty', 'full', 'silent']
    const { outcomes } = await asked(ids, ({ task }) => {
      if (task === 'refused') return answer({ content: null, refusal: 'No.' })
      if (task === 'filtered') {
        return answeringJson(200, {
          choices: [{ message: { content: '' }, finish_reason: 'content_filter' }],
        })
      }
      if (task === 'blocked')
        return answeringJson(400, { error: { code: 'cyber_policy', message: 'x' } })
      if (task === 'faulty') return answeringJson(422, { error: { message: 'cannot' } })
      if (task === 'full') return answeringJson(400, { error: { code: 'context_length_exceeded' } })
      return answer({ content: 'I know nothing.' })
    })
    assert.deepEqual(outcomes, {
      ...{ refused: 'model_refusal', filtered: 'safeguard_block', blocked: 'safeguard_block' },
      ...{ faulty: 'infra_error', full: 'budget_exhausted', silent: 'failure' },
    })
  })

  test('a refusal after the answer was written takes nothing from it', async () => {
    const { outcomes } = await asked(['one'], ({ turn }) =>
      turn === 0 ? write('one\n') : answer({ content: null, refusal: 'No more.' }),
    )
    assert.deepEqual(outcomes, { one: 'success' })
  })

  test('turns and tokens are limits, and what ends by them is exhausted', async () => {
    const limits = 'limits: { tokens: 3000, turns: 3, seconds: 60, memory-mib: 64 }'
    const idle = calling(['shell', { command: 'echo idle' }])
    const { end, sample, requests, folder } = await asked(['one'], () => idle, { limits })
    assert.equal(sample?.outcome, 'budget_exhausted')
    assert.ok(requests.length <= 3 && end.status.tokens <= 3_000)
    assert.ok(transcriptOf(folder, 'one').some((event) => event.is === 'limit'))
  })

  test('an endpoint that lies about tokens ends no attempt, nor has it for nothing', async () => {
    const lie = (tokens: number): Script => {
      const told = { prompt_tokens: tokens, completion_tokens: tokens }
      return answer({ content: 'x'.repeat(4_000), tool_calls: [] }, { usage: told })
    }
    const high = await asked(['one'], () => lie(1_000_000_000))
    assert.equal(high.sample?.outcome, 'failure', 'charged no more than there can have been')
    assert.ok((high.sample?.tokens.output ?? 0) <= 500)
    const low = await asked(['one'], () => lie(0))
    assert.ok((low.sample?.tokens.output ?? 0) >= 500, 'charged by its size')
  })

  test('a canary in what a model writes is told with the sample', async () => {
    const { sample, folder } = await asked(['one', 'two'], ({ task }) =>
      answer({ content: task === 'one' ? `I remember ${canaryOf(1)}.` : 'Nothing.' }),
    )
    const found = sample?.task === 'one' ? sample.contaminations : []
    const events = transcriptOf(folder, 'one')
    assert.ok(events.some((event) => event.is === 'note' && /canary of two/.test(event.text)))
    if (sample?.task === 'one') assert.deepEqual(found, ['two'])
  })

  test('megabytes of output reach the model cut, and say so', async () => {
    const { folder, outcomes, requests } = await asked(['one'], ({ turn }) =>
      turn === 0
        ? calling(['shell', { command: 'head -c 3000000 /dev/zero | tr "\\0" x' }])
        : submit,
    )
    assert.deepEqual(outcomes, { one: 'failure' })
    const [tool] = transcriptOf(folder, 'one').filter((event) => event.is === 'tool')
    assert.ok(tool?.truncated === true && tool.output.length < 2_100)
    assert.match(tool.output, /cut here; there were 3000000 bytes/)
    assert.ok((requests[1]?.told.text.length ?? 0) < 10_000)
  })
})

describe('endpoints that do not answer well', { concurrency: 2, ...skip }, () => {
  test('a request is asked again under its name, and counts once', async () => {
    const { outcomes, requests, sample } = await asked(['one'], (_told, count) =>
      count < 3 ? answeringJson(429, { error: { message: 'later' } }) : answer({ content: 'x' }),
    )
    assert.deepEqual(outcomes, { one: 'failure' })
    assert.deepEqual(new Set(requests.map(({ name }) => name)), new Set(['one.1.1']))
    assert.deepEqual([requests.length, sample?.tokens], [3, { input: 200, output: 20 }])
  })

  test('an answer that is broken off is paid for, and asked for under another name', async () => {
    const { outcomes, requests, sample } = await asked(['one'], (_told, count) =>
      count === 1
        ? (_seen, response) => void response.writeHead(200).write('{', () => response.destroy())
        : answer({ content: 'x' }),
    )
    assert.deepEqual(outcomes, { one: 'failure' })
    assert.deepEqual(
      requests.map(({ name }) => name),
      ['one.1.1', 'one.1.1.2'],
    )
    assert.ok((sample?.tokens.output ?? 0) >= 520, 'the answer that was lost counts whole')
  })

  test('a body without an end, one of gigabytes and one that is no JSON are faults', async () => {
    const endless: Script = (_seen, response) => {
      response.writeHead(200)
      const timer = setInterval(() => response.write(' '), 20)
      response.on('close', () => clearInterval(timer))
    }
    const huge: Script = (_seen, response) => {
      response.writeHead(200, { 'content-length': String(10 * 2 ** 30) })
      const piece = Buffer.alloc(2 ** 20, 0x20)
      const more = (): void => {
        while (!response.destroyed && response.write(piece));
        response.once('drain', more)
      }
      more()
    }
    const { outcomes, end } = await asked(
      ['endless', 'huge', 'garbled'],
      ({ task }) =>
        task === 'endless' ? endless : task === 'huge' ? huge : answeringJson(200, 'hm'),
      { settings: { requestMs: 5_000, triesMax: 1 } },
    )
    const huger = end.samples.find(({ task }) => task === 'huge')
    assert.match(huger?.why ?? '', /more than 16777216 bytes/)
    const fault = 'infra_error'
    assert.deepEqual(outcomes, { endless: fault, huge: fault, garbled: fault })
    for (const { why } of end.samples)
      assert.match(why ?? '', /whole answer|more than 1677|no answer of/)
  })

  test('an endpoint that answers nobody halts the run, and no attempt is lost', async () => {
    const state = { down: true }
    const { end, again } = await asked(['one', 'two'], () =>
      state.down ? answeringJson(503, { error: { message: 'away' } }) : answer({ content: 'x' }),
    )
    assert.equal(end.status.state, 'halted')
    assert.deepEqual(end.samples, [])
    state.down = false
    assert.deepEqual(outcomesOf(await again()), { one: 'failure', two: 'failure' })
  })

  for (const code of ['window-closed', 'no-window'] as const) {
    test(`after ${code} nothing further is asked, and what was not run says why`, async () => {
      const refused = presentRefusal({ code, why: 'Access has ended.' }, 'openai')
      const ids = Array.from({ length: 12 }, (_, index) => `task-${index}`)
      const { end, requests } = await asked(
        ids,
        (_told, count) =>
          count < 3
            ? calling(['shell', { command: 'true' }])
            : (_seen, response) =>
                void response.writeHead(refused.status, refused.headers).end(refused.body),
        { settings: { samplesAtOnce: 2, requestsAtOnce: { first: 2, most: 2 } } },
      )
      assert.equal(end.status.state, 'ended')
      assert.ok(requests.length <= 4, `${requests.length} requests`)
      assert.equal(end.samples.length, 12)
      const { not_run: never, infra_error: cut } = end.status.outcomes
      assert.ok(never + cut === 12 && cut >= 1 && cut <= 2, `${never} never, ${cut} cut`)
      for (const { why } of end.samples) assert.match(why ?? '', /Access has ended/)
    })
  }

  for (const code of [
    'window-paused',
    'budget-tokens',
    'token-expired',
    'label-too-high',
  ] as const) {
    test(`after ${code} the run waits for somebody, and goes on later`, async () => {
      const [status] = gatewayRefusals[code]
      const refused = presentRefusal({ code, why: 'Not now.' }, 'openai')
      const state = { isOpen: false }
      const { end, again } = await asked(['one', 'two'], () =>
        state.isOpen
          ? answer({ content: 'x' })
          : (_seen, response) => void response.writeHead(status, refused.headers).end(refused.body),
      )
      assert.deepEqual([end.status.state, end.samples], ['halted', []])
      state.isOpen = true
      assert.deepEqual(outcomesOf(await again()), { one: 'failure', two: 'failure' })
    })
  }
})
