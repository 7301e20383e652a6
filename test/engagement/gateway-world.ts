import { Agent, request as ask, type ClientRequest, type IncomingMessage } from 'node:http'
import type { Engagement } from '#features/engagement/engagement.ts'
import type { Books, Endpoint, Grant } from '#features/engagement/gateway/books.ts'
import { type Gateway, openGateway } from '#features/engagement/gateway/gateway.ts'
import {
  MemoryClosings,
  MemoryGrants,
  MemoryLog,
  MemoryVault,
  MemoryWindows,
} from '#features/engagement/gateway/memory-books.ts'
import { MemoryBudgets } from '#features/engagement/gateway/memory-budgets.ts'
import type { TwoClocks } from '#features/engagement/gateway/steady-clock.ts'
import { commonLabel, uncleared } from '#features/label/label.ts'
import { openLog } from '#platform/log/log.ts'
import { agreed, day, parties, terms } from './offering.ts'
import { answeringJson, chatAnswer, ScriptedEndpoint } from './scripted-endpoint.ts'

export const token = 'run_0123456789abcdefghijklmnopqrstuvwxyz'
export const credential = 'sk-developer/only+0123456789=abcdef'
export const engagementId = parties.id
const [person = ''] = terms.people

/** Clocks on which it is day 10, running as fast as real ones until somebody sets them. */
export class SetClocks implements TwoClocks {
  wallBy = day(10).getTime() - performance.now()
  readonly wall = (): number => performance.now() + this.wallBy
  readonly monotonic = (): number => performance.now()
  readonly now = (): Date => new Date(this.wall())
  /** A moment so many milliseconds from now, by the wall. */
  readonly in = (ms: number): Date => new Date(this.wall() + ms)
}

export type World = {
  readonly books: Books
  readonly grants: MemoryGrants
  readonly budgets: MemoryBudgets
  readonly log: MemoryLog
  readonly windows: MemoryWindows
  readonly vault: MemoryVault
  readonly closings: MemoryClosings
  readonly clocks: SetClocks
  readonly endpoint: ScriptedEndpoint
  readonly gateways: readonly Gateway[]
  /** All that was written to the log of the process. */
  readonly lines: string[]
  readonly grant: Grant
  readonly openAnother: () => Promise<Gateway>
  readonly close: () => Promise<void>
}

export const grantFor = (base: string, more: Partial<Grant> = {}): Grant => ({
  ...{ engagement: engagementId, partner: null, organisation: parties.evaluator, person },
  ...{ run: 'run_00000001', endpoint: endpointAt(base) },
  ...{ expiresAt: day(29), label: commonLabel },
  budget: { requests: 1_000_000, tokens: 1e12, microUsd: 1e12, atOnce: 10_000 },
  caps: {
    ...{ requestBytes: 4_000_000, answerBytes: 50_000_000 },
    ...{ firstByteMs: 30_000, silenceMs: 30_000, wholeMs: 120_000 },
  },
  ...more,
})

export const endpointAt = (base: string, more: Partial<Endpoint> = {}): Endpoint => ({
  ...{ version: 1, base: new URL(base), models: ['larch-4'], mayList: true },
  credential: { header: 'authorization', scheme: 'Bearer' },
  clearance: uncleared(parties.developer),
  most: { input: 200_000, output: 64_000 },
  price: { inputMicroUsd: 3_000_000, outputMicroUsd: 15_000_000 },
  ...more,
})

/** One endpoint, one engagement that is open, and gateways that share all books. */
export async function openWorld(gateways = 1, engagement: Engagement = wide()): Promise<World> {
  const clocks = new SetClocks()
  const endpoint = await ScriptedEndpoint.start(answeringJson(200, chatAnswer))
  const [grants, log, windows, vault] = [
    ...[new MemoryGrants(), new MemoryLog(), new MemoryWindows(), new MemoryVault()],
  ] as const
  const closings = new MemoryClosings(vault)
  const budgets = new MemoryBudgets(clocks)
  const books = { grants, budgets, log, windows, vault, closings }
  const lines: string[] = []
  const write = (line: string): void => {
    lines.push(line)
  }
  const options = {
    ...{ books, clocks, host: '127.0.0.1', port: 0, reach: { allowHosts: ['127.0.0.1'] } },
    log: openLog({ level: 'debug', clock: clocks, write }),
  }
  windows.put(engagement)
  vault.put(engagementId, credential)
  const grant = grantFor(endpoint.url)
  grants.give(token, grant)
  const opened: Gateway[] = []
  const openAnother = async (): Promise<Gateway> => {
    const gateway = await openGateway(options)
    opened.push(gateway)
    return gateway
  }
  for (let count = 0; count < gateways; count += 1) await openAnother()
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((gateway) => gateway.close()))
    await endpoint.close()
  }
  return {
    ...{ books, grants, budgets, log, windows, vault, closings, clocks, endpoint, lines, grant },
    ...{ gateways: opened, openAnother, close },
  }
}

/** With a budget that no test uses up by chance. */
export function wide(): Engagement {
  const found = agreed()
  if (found.state !== 'agreed') throw new Error('is not agreed')
  const budget = { requests: 1e6, tokens: 1e12, microUsd: 1e12, atOnce: 10_000 }
  return { ...found, agreed: { ...found.agreed, terms: { ...terms, budget } } }
}

export type Got = {
  readonly status: number
  readonly reason: string
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  /** Whether it came to its end. */
  readonly isWhole: boolean
}

export type Sending = {
  readonly method?: string
  readonly path?: string
  readonly headers?: readonly string[]
  readonly body?: string | Buffer
}

/** Of direct requests and of those through the gateway alike. */
const clients = new Agent({ keepAlive: true, maxSockets: 2_000 })

export const chatBody = JSON.stringify({
  ...{ model: 'larch-4', max_tokens: 100 },
  messages: [{ role: 'user', content: 'Say hello.' }],
})

export const withToken = ['Authorization', `Bearer ${token}`]
export const json = ['Content-Type', 'application/json']

/** Begins a request and answers with it as soon as its head is there. */
export function begin(
  base: string,
  { method = 'POST', path = '/v1/chat/completions', headers, body = chatBody }: Sending,
): Promise<{ readonly answer: IncomingMessage; readonly request: ClientRequest }> {
  const url = new URL(base + path)
  const length = method === 'GET' ? [] : ['Content-Length', String(Buffer.byteLength(body))]
  return new Promise((resolve, reject) => {
    const request = ask({
      ...{ agent: clients, host: url.hostname, port: url.port, method },
      // As it is: a URL would take dots out of it.
      path: `${base}${path}`.slice(url.origin.length),
      headers: ['Host', url.host, ...json, ...(headers ?? withToken), ...length],
    })
    request.on('response', (answer) => resolve({ answer, request }))
    request.on('error', reject)
    request.end(method === 'GET' ? undefined : body)
  })
}

export async function send(base: string, sending: Sending = {}): Promise<Got> {
  const { answer } = await begin(base, sending)
  const pieces: Buffer[] = []
  try {
    for await (const piece of answer) pieces.push(piece)
  } catch {
    // Whether it is whole is told below.
  }
  return {
    ...{ status: answer.statusCode ?? 0, reason: answer.statusMessage ?? '' },
    ...{ rawHeaders: answer.rawHeaders, body: Buffer.concat(pieces), isWhole: answer.complete },
  }
}

/** The beginning of addresses under which a gateway serves the engagement. */
export const through = ({ gateways: [first] }: World): string => at(first)
export const at = (gateway: Gateway | undefined): string =>
  `${gateway?.url}/engagements/${engagementId}`

export const headersOf = (raw: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    raw.flatMap((name, place) =>
      place % 2 === 0 ? [[name.toLowerCase(), raw[place + 1] ?? '']] : [],
    ),
  )

/** The code of a refusal of the gateway, in either manner. */
export const codeOf = (body: Buffer): unknown => JSON.parse(body.toString()).error.code

/** Waits, generously, until something is so. */
export async function until(isSo: () => boolean, withinMs = 20_000): Promise<void> {
  const end = performance.now() + withinMs
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`is not so within ${withinMs} ms: ${isSo}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
