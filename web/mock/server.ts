import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bytesOf, fit, jsonOf, type MockRoute, notThere, refusal, write } from './answer.ts'
import { caseRoutes } from './case-routes.ts'
import { otherRoutes } from './other-routes.ts'
import { World, type WorldWish } from './world.ts'

export type Mock = {
  readonly world: World
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  /** Ends every stream of events, as a server that stops does. */
  readonly hangUp: () => void
}

/** The API of the service over invented cases, for `vite dev` and for the tests of the pages. */
export function createMock(wish: WorldWish = {}): Mock {
  const world = new World(wish)
  const streams = new Set<ServerResponse>()
  const routes = [...caseRoutes(world), ...otherRoutes(world)]
  return {
    world,
    hangUp: () => {
      for (const stream of streams) stream.end()
      streams.clear()
    },
    answer: async (request, response) => {
      const url = new URL(request.url ?? '/', 'http://mock')
      if (url.pathname === '/v1/events') {
        streams.add(response)
        streamEvents(world, request, response)
      } else await answerRoute({ routes, world, url, request, response })
    },
  }
}

type Asked = {
  readonly routes: readonly MockRoute[]
  readonly world: World
  readonly url: URL
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

async function answerRoute({ routes, world, url, request, response }: Asked): Promise<void> {
  const bodyBytes = await bytesOf(request)
  const isOpen = world.isSignedIn || ['/v1/session', '/v1/desk/counts'].includes(url.pathname)
  if (!isOpen) return write(response, refusal(401, 'unauthenticated', 'Sign in.'))
  if (request.method !== 'GET' && request.headers['x-requested-by'] !== 'parley') {
    return write(response, refusal(403, 'cross-origin', 'The header X-Requested-By is missing.'))
  }
  // Literal paths stand before patterns: `/v1/cases/facets` is no case.
  const fitting = routes
    .map((route) => ({ route, params: fit(route.path, url.pathname) }))
    .filter(({ route, params }) => params !== null && route.method === request.method)
    .sort((one, other) => one.route.path.split(':').length - other.route.path.split(':').length)
  const [found] = fitting
  if (found?.params == null) return write(response, notThere())
  const query = Object.fromEntries(url.searchParams)
  const { params, route } = found
  write(response, await route.run({ params, query, body: jsonOf(bodyBytes), bodyBytes }))
}

function streamEvents(world: World, request: IncomingMessage, response: ServerResponse): void {
  if (!world.isSignedIn) {
    write(response, refusal(401, 'unauthenticated', 'Sign in.'))
    return
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  response.write(': hello\n\n')
  let no = Number(request.headers['last-event-id'] ?? 0)
  const end = world.listen((topic, ref) => {
    no += 1
    response.write(`id: ${no}\nevent: ${topic}\ndata: ${JSON.stringify({ ref })}\n\n`)
  })
  request.on('close', end)
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** The policy of the real server: a page that works here needs nothing else. */
const policy =
  "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; " +
  "form-action 'self'; frame-ancestors 'none'"

const built = fileURLToPath(new URL('../../dist/web/', import.meta.url))

/** Serves the built pages and the mock, as the real server will. */
export function serveBuilt(mock: Mock, folder = built): Server {
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://mock')
    if (pathname.startsWith('/v1/')) void mock.answer(request, response)
    else void sendFile(folder, pathname, response)
  })
}

async function sendFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const isAsset = extname(path) !== ''
  const file = join(folder, isAsset ? normalize(path) : 'index.html')
  response.setHeader('content-security-policy', policy)
  response.setHeader('x-content-type-options', 'nosniff')
  try {
    const bytes = await readFile(file)
    response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream')
    response.end(bytes)
  } catch {
    response.statusCode = 404
    response.end('not found')
  }
}
