import type { Proof } from '#formats/finding/finding.ts'
import { isObject, type Reader } from '#formats/json/reader.ts'
import { elementAt } from './bag.ts'

/** A web request or response of a result, wherever the run keeps it (sections 3.46, 3.47). */
function halfOf(result: Reader, run: Reader, key: 'webRequest' | 'webResponse'): Reader {
  const own = result.object(key)
  return elementAt(run, `${key}s`, own.number('index')) ?? own
}

/** The address that a web request went to, as far as it can be told. */
export function endpointsOf(result: Reader, run: Reader): string[] {
  const request = halfOf(result, run, 'webRequest')
  const target = request.text('target')
  if (target === undefined) return []
  if (/^https?:\/\//i.test(target)) return [target]
  const host = headersOf(request).find(([name]) => name.toLowerCase() === 'host')?.[1]
  return [host === undefined ? target : `${host}${target.startsWith('/') ? '' : '/'}${target}`]
}

/** Request and response as HTTP messages (RFC 9112): what was sent and what came back. */
export function exchangesOf(result: Reader, run: Reader): Proof[] {
  const request = halfOf(result, run, 'webRequest')
  const response = halfOf(result, run, 'webResponse')
  return [requestText(request), responseText(response)].flatMap((text) =>
    text === undefined ? [] : [{ language: 'http', text }],
  )
}

function requestText(request: Reader): string | undefined {
  const target = request.text('target')
  const body = request.object('body').text('text')
  if (target === undefined && body === undefined) return undefined
  const first = [request.text('method') ?? 'GET', target ?? '/', protocolOf(request)].join(' ')
  return messageText(first, request, body)
}

function responseText(response: Reader): string | undefined {
  const status = response.number('statusCode')
  const body = response.object('body').text('text')
  if (status === undefined && body === undefined) return undefined
  const first = [protocolOf(response), status, response.text('reasonPhrase')]
  return messageText(first.filter((part) => part !== undefined).join(' '), response, body)
}

function protocolOf(half: Reader): string {
  const protocol = half.text('protocol') ?? 'HTTP'
  return `${protocol}/${half.textish('version') ?? '1.1'}`
}

function messageText(first: string, half: Reader, body: string | undefined): string {
  const headers = headersOf(half).map(([name, value]) => `${name}: ${value}`)
  return [first, ...headers, '', ...(body === undefined ? [] : [body])].join('\n')
}

function headersOf(half: Reader): [string, string][] {
  const headers = half.raw('headers')
  if (!isObject(headers)) return []
  return Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : [],
  )
}
