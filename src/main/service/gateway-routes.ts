import { engagementKeysOf } from '#features/engagement/engagement.store.ts'
import { gatewayKeysOf } from '#features/engagement/gateway/endpoint.store.ts'
import { gateRoutes } from '#features/engagement/gateway/gate.routes.ts'
import type { Principal } from '#features/org/org.ts'
import { cursorsOf } from '#platform/http/cursor.ts'
import type { Route } from '#platform/http/route.ts'
import { gatewayUrlOf } from './gateway.ts'
import type { Workplace } from './instance.ts'

/** What is said of gateways: endpoints, tokens, the access log, proofs of closing. */
export function gatewayRoutes({
  pool,
  keys,
  settings,
}: Pick<Workplace, 'pool' | 'keys' | 'settings'>): readonly Route<Principal>[] {
  return gateRoutes({
    ...{ pool, keys: engagementKeysOf(keys), cursors: cursorsOf(keys) },
    ...{ gatewayKeys: gatewayKeysOf(keys), reach: settings.gateway },
    gatewayUrl: gatewayUrlOf(settings),
  })
}
