import { openGateway } from '#features/engagement/gateway/gateway.ts'
import { KeptBooks } from '#features/engagement/gateway/kept-books.store.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import type { Settings } from '#platform/config/settings.ts'
import { systemCodeOf } from '#platform/files/disk.ts'
import type { Metrics } from '#platform/http/metrics.ts'
import type { Instance } from './instance.ts'

export type OpenedGateway = { readonly url: string; readonly close: () => Promise<void> }

type OfGateway = Pick<Instance, 'settings' | 'appUrl' | 'keys' | 'log'> & {
  readonly metrics: Metrics
}

/** Opens the gateway that the settings ask for, on the books of the instance. */
export async function openInstanceGateway({
  settings,
  appUrl,
  keys,
  log,
  metrics,
}: OfGateway): Promise<Result<OpenedGateway>> {
  const { host, gateway: own } = settings
  const kept = await KeptBooks.open({ url: appUrl, keys, log })
  try {
    const gateway = await openGateway({
      ...{ books: kept.books, log, host, port: own.port ?? 0 },
      reach: { allowHosts: own.allowHosts },
      metrics,
    })
    return yes({
      url: gateway.url,
      close: async () => {
        await gateway.close()
        await kept.close()
      },
    })
  } catch (error) {
    await kept.close()
    const code = systemCodeOf(error)
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error
    const how = code === 'EADDRINUSE' ? 'is taken' : 'may not be listened on'
    return no({
      code: 'port-taken',
      why: `port ${own.port} for the gateway ${how}`,
      at: 'PARLEY_GATEWAY_PORT',
      hint: 'set PARLEY_GATEWAY_PORT to another port, or to off',
    })
  }
}

/** How evaluators reach a gateway; null where nobody says and none runs here. */
export function gatewayUrlOf({ host, gateway }: Pick<Settings, 'host' | 'gateway'>): string | null {
  if (gateway.publicUrl !== undefined) return gateway.publicUrl.origin
  if (gateway.port === null || gateway.port === 0) return null
  return `http://${host.includes(':') ? `[${host}]` : host}:${gateway.port}`
}
