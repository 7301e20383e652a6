import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { grantFor, openWorld, through, token } from '../../test/engagement/gateway-world.ts'
import {
  answeringJson,
  chatAnswer,
  chatStream,
  messageStream,
  responseStream,
  type Script,
  streaming,
} from '../../test/engagement/scripted-endpoint.ts'
import type { Outcome, Told } from './client.ts'

/** The clients that developers of models publish, through a gateway to a scripted endpoint. */
export const modelClients = 'model-clients'
const packages = ['openai@6.49.0', '@anthropic-ai/sdk@1.12.0']

const flagged = { type: 'invalid_request', code: 'cyber_policy', message: 'This was flagged.' }
const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }
const models = { object: 'list', data: [{ id: 'larch-4', object: 'model' }] }

const script: Script = (seen, response) => scriptOf(seen.url, seen.body)(seen, response)

function scriptOf(url: string, body: Buffer): Script {
  if (url === '/v1/models') return answeringJson(200, models)
  if (url === '/v1/messages/count_tokens') return answeringJson(200, { input_tokens: 9 })
  if (body.includes('flagged')) return answeringJson(400, { error: flagged })
  if (body.includes('overload')) return answeringJson(529, overloaded)
  if (url === '/v1/responses') return streaming(responseStream)
  if (url === '/v1/messages') return streaming(messageStream)
  if (body.includes('"stream":true')) return streaming(chatStream)
  return answeringJson(200, chatAnswer)
}

/** Installs the clients into a folder of their own, which goes again. */
export async function modelOutcomes(): Promise<Told> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-model-clients-'))
  try {
    const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder]
    const { status } = spawnSync('npm', [...args, ...packages], { stdio: 'ignore' })
    if (status !== 0) return `npm cannot install ${packages.join(' and ')}`
    return await outcomesWith(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function outcomesWith(folder: string): Promise<ReadonlyMap<string, Outcome>> {
  const world = await openWorld()
  world.endpoint.script = script
  const { budget } = world.grant
  const spent = { run: 'spent', budget: { ...budget, requests: 0 } }
  world.grants.give('spent', grantFor(world.endpoint.url, spent))
  try {
    const client = fileURLToPath(new URL('./model-client.ts', import.meta.url))
    const args = [client, folder, through(world), token, 'spent']
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (piece: Buffer) => {
      text += piece.toString()
    })
    await once(child, 'close')
    const found: Readonly<Record<string, Outcome>> = JSON.parse(text)
    return new Map(Object.entries(found))
  } finally {
    await world.close()
  }
}
