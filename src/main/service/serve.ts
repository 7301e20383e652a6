import { join } from 'node:path'
import { behindHold, holdOf } from '#features/label/approval-hold.ts'
import { clearFirst } from '#features/label/clearance.store.ts'
import { Authenticator, bearerIn } from '#features/org/authenticate.ts'
import { ensureFirstCoordinator } from '#features/org/org.store.ts'
import type { Principal } from '#features/org/org.ts'
import { makeSignInLink } from '#features/org/session.store.ts'
import { pagesAddress } from '#platform/http/address.ts'
import { Metrics } from '#platform/http/metrics.ts'
import type { Credentials } from '#platform/http/responder.ts'
import { type HttpServer, listen } from '#platform/http/server.ts'
import { webFolder } from '#platform/http/web-folder.ts'
import about from '../../../package.json' with { type: 'json' }
import { type ExitCode, exitCodeFor } from '../exit.ts'
import { print, tell } from '../output.ts'
import { prepareQueue } from './background.ts'
import { BackgroundThread } from './background-thread.ts'
import { type ServiceOptions, stayOnInstance, tellRefusal } from './command.ts'
import { rootFolder } from './database.ts'
import { type OpenedGateway, openInstanceGateway } from './gateway.ts'
import type { Instance } from './instance.ts'
import { Listening } from './live.ts'
import { outageOf } from './outage.ts'
import { ProofGauges } from './proof-gauges.ts'
import { ReadInEnds } from './read-in-ends.ts'
import { routesOf } from './routes.ts'

export type ServeOptions = ServiceOptions & {
  /** The name of the organisation that runs the instance, at the first start. */
  readonly name?: string
}

export const defaultName = 'This clearinghouse'

/** `parley serve`: the API, the web app and, unless PARLEY_WORKERS is 0, the background work. */
export const runServe = (options: ServeOptions): Promise<ExitCode> =>
  stayOnInstance(options, async (instance, asked) => {
    const { pool, clock, settings } = instance
    for (const warning of settings.warnings) tell([`parley: note: ${warning}`])
    const name = options.name ?? defaultName
    const first = await ensureFirstCoordinator(pool, name, clock.now())
    await clearFirst(pool, first, clock.now())
    const { person } = first
    const service = await openService(instance)
    if (service === null) return exitCodeFor('port-taken')
    try {
      const link = await makeSignInLink(pool, person, clock.now())
      greet(Number(new URL(service.http.url).port), link, { instance, service })
      await asked
    } finally {
      await service.close()
    }
    return 0
  })

type Service = {
  readonly http: HttpServer<Principal>
  readonly gateway: OpenedGateway | null
  readonly close: () => Promise<void>
}

async function openService(instance: Instance): Promise<Service | null> {
  const { settings, log, clock, pool } = instance
  const metrics = new Metrics()
  const listening = new Listening(instance.appUrl, log)
  const background = new BackgroundThread(instance, metrics)
  const authenticator = new Authenticator(pool, clock)
  let port = settings.port
  const parts = { instance, metrics, listening, authenticator, version: about.version }
  const { routes, saturated } = await routesOf({ ...parts, port: () => port })
  const pages = await webFolder(join(rootFolder(), 'dist', 'web'))
  if (pages === null) tell(['parley: note: the web app is not built; "npm run build:web" does it'])
  const ends = new ReadInEnds(instance)
  const gauges = new ProofGauges(instance, metrics)
  const open: Closing[] = [listening, background, ends, gauges]
  try {
    await prepareQueue(instance)
    const http = await listen<Principal>({
      ...{ host: settings.host, port: settings.port, log, clock, saturated },
      routes: behindHold(routes, holdOf(pool)),
      ...(settings.publicUrl ? { publicUrl: settings.publicUrl } : {}),
      trustedProxies: settings.trustedProxies,
      authenticate: (shown) => authenticate(authenticator, shown),
      principalId: ({ person }) => person,
      problemOf: outageOf,
      observe: metrics.observeRequest,
      ...(pages ? { pages } : {}),
    })
    if (!http.ok) {
      tellRefusal(http.refusal)
      await closeAll(open)
      return null
    }
    open.push(http.value)
    const gateway = await openOwnGateway(instance, metrics)
    if (gateway === 'refused') {
      await closeAll(open)
      return null
    }
    if (gateway !== null) open.push(gateway)
    port = Number(new URL(http.value.url).port)
    await listening.open()
    ends.begin()
    gauges.begin()
    if (settings.workers > 0) await background.begin()
    return { http: http.value, gateway, close: () => closeAll(open) }
  } catch (error) {
    await closeAll(open).catch(() => undefined)
    throw error
  }
}

/**
 * The gateway beside the service; null where there is none. One that nobody asked for by its port
 * is left out where something else has the port.
 */
async function openOwnGateway(
  instance: Instance,
  metrics: Metrics,
): Promise<OpenedGateway | 'refused' | null> {
  const { port, isAsked } = instance.settings.gateway
  if (port === null) return null
  const opened = await openInstanceGateway({ ...instance, metrics })
  if (opened.ok) return opened.value
  if (isAsked) {
    tellRefusal(opened.refusal)
    return 'refused'
  }
  tell([`parley: note: no gateway to models runs here: ${opened.refusal.why}`])
  return null
}

type Closing = { readonly close: () => Promise<unknown> }

/** What came last goes first; what is left open would keep the process alive. */
async function closeAll(open: readonly Closing[]): Promise<void> {
  for (const one of open.toReversed()) await one.close()
}

async function authenticate(authenticator: Authenticator, { headers }: Credentials) {
  const principal = await authenticator.of(headers)
  if (principal === null) return null
  const by = bearerIn(headers.authorization) === null ? 'cookie' : 'token'
  return { principal, by } as const
}

type Greeting = { readonly instance: Instance; readonly service: Service }

function greet(port: number, link: string, { instance, service }: Greeting): void {
  const { settings, server } = instance
  const { publicUrl = null, host } = settings
  const address = pagesAddress(publicUrl, { host, port })
  print([
    `Parley ${about.version} serves ${address}`,
    `  data: ${settings.dataFolder} (${server.about})`,
    ...(service.gateway === null ? [] : [`  gateway to offered models: ${service.gateway.url}`]),
    '',
    'Sign in with this link; it works once, for half an hour ("parley sign-in" makes another):',
    `  ${address}/sign-in#${link}`,
    '',
    'Nothing in it yet? The first page offers to load the example findings.',
    'Ctrl-C stops everything that was started.',
  ])
}
