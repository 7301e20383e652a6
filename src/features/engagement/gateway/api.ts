import { PartnerId } from '../partner.ts'

/** In whose manner a request is spelled, and an error has to be. */
export const manners = ['openai', 'anthropic'] as const
export type Manner = (typeof manners)[number]

/** What may be asked of a model through the gateway; nothing else has a way through. */
export const operations = [
  { path: '/v1/chat/completions', method: 'POST', manner: 'openai', does: 'answer' },
  { path: '/v1/responses', method: 'POST', manner: 'openai', does: 'answer' },
  { path: '/v1/messages', method: 'POST', manner: 'anthropic', does: 'answer' },
  { path: '/v1/messages/count_tokens', method: 'POST', manner: 'anthropic', does: 'count' },
  { path: '/v1/models', method: 'GET', manner: 'openai', does: 'list' },
] as const
export type Operation = (typeof operations)[number]

export type Target = {
  /** Of an engagement's evaluators or of a partner, by its id. */
  readonly gate: string
  readonly operation: Operation | null
  /** As it came, with its question mark; empty where there is none. */
  readonly query: string
}

const form = /^\/(engagements|partners)\/([0-9A-Za-z_-]{1,80})(\/[^?#]*)(\?[!-~]*)?$/

/** What a request line asks for; null where it names no gate. */
export function targetOf(url: string): Target | null {
  const [, kind, gate, path, query = ''] = form.exec(url) ?? []
  if (gate === undefined) return null
  // Each kind of gate has an address of its own, and no gate has two.
  if ((kind === 'partners') !== (PartnerId.parse(gate) !== null)) return null
  return { gate, operation: operations.find((one) => one.path === path) ?? null, query }
}

/** Lists of models are asked for in either manner; only one of them says its version. */
export const mannerOf = (operation: Operation | null, isVersioned: boolean): Manner =>
  operation?.does === 'list' || operation === null
    ? isVersioned
      ? 'anthropic'
      : 'openai'
    : operation.manner

/** Whether a query names a model of its own, in whatever spelling. */
export function queryNamesModel(query: string): boolean {
  const names = [...new URLSearchParams(query).keys()]
  return names.some((name) => name.toLowerCase() === 'model')
}
