import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before } from 'node:test'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { plainScaffold } from '#features/evaluation/runner/scaffold.ts'
import { newFolder } from '../db/embedded-process.ts'
import { answeringJson, ScriptedEndpoint } from '../engagement/scripted-endpoint.ts'
import { skip, toyPack } from '../runs/toy-pack.ts'
import { tarOf } from '../tar.ts'
import { endAll, freePort, parleyTo, type Served, serve, signIn } from './instance.ts'
import { parley } from './parley.ts'
import { Answer, until } from './web-desk.ts'
import { newStory } from './web-story.ts'

/** The model desk as its pages tell it, over a server and the command line; each goes on. */
const data = newFolder()
const folder = newFolder()
const at = (name: string): string => join(folder, name)
const ids = ['alder', 'birch', 'cedar', 'dogwood', 'elm', 'fir']
const credential = 'the-developers-own-credential'
const said = new Map<string, string>()
const of = (name: string): string => said.get(name) ?? assert.fail(`${name} is not known yet`)
let service: Served
let endpoint: ScriptedEndpoint
const story = newStory(skip)

/** A model that writes the word it is asked for, and says that it is done. */
const model = () =>
  ScriptedEndpoint.start((seen, response) => {
    const asked = new Answer(JSON.parse(seen.body.toString()))
    const messages = asked.at('messages').items
    const word = /Write the word (\w+)/.exec(asked.json)?.[1] ?? ''
    const isDone = messages.at(-1)?.at('role').text === 'tool'
    const [name, input] = isDone
      ? ['submit', {}]
      : ['write_file', { path: 'answer.txt', content: `${word}\n` }]
    const call = { id: `call_${messages.length}`, type: 'function' }
    const message = {
      ...{ role: 'assistant', content: 'I write it.' },
      tool_calls: [{ ...call, function: { name, arguments: JSON.stringify(input) } }],
    }
    return answeringJson(200, {
      ...{ id: 'answer_1', object: 'chat.completion', model: 'larch-4' },
      choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
      usage: { prompt_tokens: 300, completion_tokens: 40, total_tokens: 340 },
    })(seen, response)
  })

type Asking = { readonly body?: unknown; readonly bytes?: Buffer; readonly type?: string }

async function asked(who: string, call: string, { body, bytes, type }: Asking = {}) {
  const [method = '', path = ''] = call.split(' ')
  const cookie = said.get(`${who}'s session`)
  const sent = bytes ?? (body === undefined ? undefined : JSON.stringify(body))
  const response = await fetch(service.url + path, {
    method,
    headers: {
      ...{ 'x-requested-by': 'parley', 'sec-fetch-site': 'same-origin' },
      ...(sent !== undefined && { 'content-type': type ?? 'application/json' }),
      ...(cookie === undefined ? {} : { cookie }),
    },
    ...(sent !== undefined && { body: new Uint8Array(Buffer.from(sent)) }),
  })
  return { status: response.status, text: await response.text() }
}

/** Asks as somebody who has to be answered. */
async function must(who: string, call: string, body?: unknown): Promise<Answer> {
  const { status, text } = await asked(who, call, { body })
  assert.ok(status < 300, `${who}: ${call}: ${status} ${text}`)
  return new Answer(text === '' ? null : JSON.parse(text))
}

async function cli(who: string | null, ...args: readonly string[]): Promise<string> {
  const token = who === null ? {} : { PARLEY_TOKEN: of(`${who}'s token`) }
  const ran = await parley(args, { env: { PARLEY_URL: service.url, ...token }, cwd: folder })
  assert.equal(ran.code, 0, `parley ${args.join(' ')}\n${ran.out}${ran.err}`)
  return ran.out
}

const put = (name: string, value: unknown): string => {
  writeFileSync(at(name), typeof value === 'string' ? value : JSON.stringify(value))
  return name
}

/** Somebody with a session and a token of their own, as the coordinator and the terminal make. */
async function bring(who: string, organisation: string, role: string): Promise<void> {
  const name = `${who} of ${organisation}`
  const made = await must('admin', 'POST /v1/people', { name, organisation, role })
  said.set(who, made.at('person', 'id').text)
  const { cookie } = await signIn(service.url, made.at('link').text)
  said.set(`${who}'s session`, cookie)
  const wish = ['--organisation', organisation, '--role', role, '--person', name]
  const { code, said: told } = await parleyTo(['token', who, ...wish, '--data', data])
  assert.equal(code, 0, told)
  said.set(`${who}'s token`, /^parley_\S+$/m.exec(told)?.[0] ?? '')
}

before(async () => {
  endpoint = await model()
  const port = await freePort()
  const allowed = new URL(endpoint.url).host
  const env = { PARLEY_GATEWAY_ALLOW: allowed, PARLEY_GATEWAY_PORT: String(await freePort()) }
  service = await serve({ data, port, env })
  const { cookie } = await signIn(service.url, service.link)
  said.set("admin's session", cookie)
})
after(async () => {
  await endpoint.close()
  await endAll()
})

story('the coordinator brings both sides in, each with a token of its own', async () => {
  await bring('dora', 'Larch Lab', 'developer')
  await bring('eve', 'Oak Institute', 'evaluator')
  const all = (await must('admin', 'GET /v1/organisations')).at('items').items
  for (const [name, kind] of [
    ['Larch Lab', 'lab'],
    ['Oak Institute', 'evaluator'],
  ] as const) {
    const id = all.find((one) => one.at('name').text === name)?.at('id').text ?? ''
    said.set(name, id)
    await must('admin', `PATCH /v1/organisations/${id}`, { kinds: [kind] })
  }
  assert.match(await cli('dora', 'desk', 'evaluators'), /Oak Institute/)
})

story('the evaluator commits to a sealed pack, hands it in and publishes its root', async () => {
  const pack = toyPack(ids)
  said.set('pack folder', pack)
  const holders: string[] = []
  for (const name of ['ada', 'ben']) {
    const identity = await generateX25519Identity()
    put(`${name}.key`, `${identity}\n`)
    holders.push('--holder', `${name}=${await identityToRecipient(identity)}`)
  }
  await cli(null, 'pack', 'commit', pack, '--salts', 'salts.json', '--to', 'commitment.json')
  await cli(null, 'pack', 'seal', pack, '--salts', 'salts.json', ...holders, '--to', 'sealed')
  const commitment: unknown = JSON.parse(readFileSync(at('commitment.json'), 'utf8'))
  const id = (await must('eve', 'POST /v1/packs', commitment)).at('id').text
  const files = readdirSync(at('sealed'), { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .map((path) => ({ name: path.slice(at('sealed').length + 1), content: readFileSync(path) }))
  const handed = { bytes: tarOf(files), type: 'application/x-tar' }
  const sealed = await asked('eve', `PUT /v1/packs/${id}/sealed`, handed)
  assert.equal(sealed.status, 201, sealed.text)
  await must('eve', `POST /v1/packs/${id}/publication`)
  await must('eve', `PUT /v1/packs/${id}/rights/${of('eve')}`, { may: 'query' })
  said.set('pack', id)
  said.set('root', new Answer(commitment).at('root').text)
})

story('a model is offered, countered and agreed to, and both declare before access', async () => {
  const example = new Answer(JSON.parse(await cli('dora', 'desk', 'example')))
  const first = new Answer({
    ...Object(example.at('proposal').value),
    plannedReleaseAt: soon(25 * 86_400_000),
  })
  const offer = put('offer.json', { evaluator: of('Oak Institute'), proposal: first.value })
  const id = (await cli('dora', 'desk', 'offer', offer)).split(' ')[0] ?? ''
  said.set('engagement', id)
  const path = `/v1/engagements/${id}`
  // From here on nothing is started, so that all is said before the window opens.
  const proposal = {
    ...Object(first.value),
    window: { opensAt: soon(20_000), closesAt: first.at('window', 'closesAt').text },
    terms: { ...Object(first.at('terms').value), people: [of('eve')] },
  }
  const independence = { isIndependent: true, conflicts: [] }
  const countered = await must('eve', `POST ${path}/acts`, {
    ...{ kind: 'counter', proposal, independence },
  })
  const digest = countered.at('versions').items.at(-1)?.at('digest').text
  await must('dora', `POST ${path}/acts`, { kind: 'accept', digest })
  const declared = declaration()
  put('declaration.json', declared)
  const proposed = (await must('eve', `POST ${path}/declarations`, declared)).at('digest').text
  said.set('declaration', proposed)
  await must('dora', `POST ${path}/declarations/${proposed}/agreement`)
  const [kept] = (await must('dora', `GET ${path}/declarations`)).at('items').items
  assert.equal(kept?.at('isStanding').value, true)
  assert.match(await cli('eve', 'desk', 'show', id), /agreed/)
})

const soon = (ms: number): string => new Date(Date.now() + ms).toISOString()

const declaration = () => ({
  ...{ kind: 'evaluation-declaration', version: 1, bankRoot: of('root'), attempts: 1 },
  strata: [{ name: 'write', weight: 1, tasksMax: ids.length }],
  ...{ protocol: plainScaffold.digest, tokenBudget: 20_000, threshold: 0.3, alpha: 0.05 },
  ...{ rule: { is: 'fixed-look' }, orderSeed: 'agreed beforehand', missing: 'both-bounds' },
})

story('the developer gives its endpoint, and the evaluator asks for a token', async () => {
  const path = `/v1/engagements/${of('engagement')}`
  await must('dora', `PUT ${path}/endpoint`, {
    ...{ base: endpoint.url, models: ['larch-4'], mayList: false },
    most: { input: 100_000, output: 10_000 },
    price: { inputMicroUsd: 1_000_000, outputMicroUsd: 5_000_000 },
    credential: { header: 'authorization', scheme: 'Bearer', value: credential },
  })
  await until(async () => {
    const found = await must('eve', `GET ${path}`)
    return found.at('access', 'is').text === 'open'
  }, 'the window opened')
  const run = await must('eve', `POST ${path}/runs`, {
    ...{ declaration: of('declaration'), pack: of('pack'), seed: 'agreed beforehand' },
    roles: { agent: 'larch-4' },
  })
  said.set('run', run.at('id').text)
  const token = await must('eve', `POST ${path}/tokens`, { run: of('run') })
  put('gateway.token', `${token.at('token').text}\n`)
  said.set('gateway', token.at('openai').text)
})

story('the sealed pack is run through the gateway, and each sample is handed in', async () => {
  put('service.token', `${of("eve's token")}\n`)
  const out = await cli(
    ...['eve', 'eval', 'run', 'sealed', '--to', 'run', '--identity', 'ada.key', 'ben.key'],
    ...['--commitment', 'commitment.json', '--declaration', 'declaration.json'],
    ...['--model', 'larch-4', '--base-url', of('gateway'), '--key-file', 'gateway.token'],
    ...['--service', service.url, '--service-run', of('run'), '--token-file', 'service.token'],
    ...['--concurrency', '3', '--sandboxes', '2'],
  )
  assert.match(out, /6 of 6 finished/)
  const run = await must('dora', `GET /v1/runs/${of('run')}`)
  assert.deepEqual([run.at('finished').number, run.at('outcomes').value], [ids.length, null])
})

story('the developer reads each request, and its credential reached its own model', async () => {
  const path = `/v1/engagements/${of('engagement')}/requests?run=${of('run')}`
  await until(async () => {
    const { items } = (await must('dora', `GET ${path}`)).at('items')
    return items.length === 2 * ids.length
  }, 'the access log had every request')
  const log = await must('dora', `GET ${path}`)
  for (const one of log.at('items').items) {
    assert.equal(one.at('entry', 'outcome', 'is').text, 'success', one.json)
  }
  assert.equal(endpoint.seen.length, 2 * ids.length)
  assert.ok(endpoint.last.rawHeaders.includes(`Bearer ${credential}`))
  assert.ok(!log.json.includes(credential))
})

story('the closed run has the verdict that the agreed rule gives, for both sides', async () => {
  const path = `/v1/runs/${of('run')}`
  const early = await asked('eve', `POST ${path}/verdict`, { body: { capability: 'cyber' } })
  assert.equal(early.status, 409, early.text)
  const closed = await must('eve', `POST ${path}/closing`)
  assert.equal(closed.at('outcomes', 'success').number, ids.length)
  const verdict = await must('eve', `POST ${path}/verdict`, { capability: 'cyber' })
  assert.equal(verdict.at('verdict').text, 'COVERED', verdict.json)
  const seen = await must('dora', `GET ${path}/verdict`)
  assert.ok(seen.json.includes('COVERED'), seen.json)
  const back = await must('dora', `GET /v1/engagements/${of('engagement')}/hand-back`)
  assert.ok(back.json.includes(of('run')))
})

story('the developer leaves, what was held is destroyed, and the proof settles it', async () => {
  const id = of('engagement')
  await cli('dora', 'desk', 'leave', id)
  const disposal = await must('eve', `POST /v1/engagements/${id}/disposal`)
  assert.deepEqual([disposal.at('held').number, disposal.at('destroyed').number], [0, 1])
  await until(async () => {
    const { status, text } = await asked('eve', `POST /v1/engagements/${id}/settlement`)
    if (status >= 300) assert.match(text, /has no places for it yet/)
    return status < 300
  }, 'the ledger had its places')
  assert.match(await cli('dora', 'desk', 'show', id), /settled/)
})
