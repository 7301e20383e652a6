import { staff } from '#features/org/access.ts'
import { orgRoutes } from '#features/org/org.routes.ts'
import type { Principal } from '#features/org/org.ts'
import type { Metrics } from '#platform/http/metrics.ts'
import { operationRoutes } from '#platform/http/operation-routes.ts'
import type { Route } from '#platform/http/route.ts'
import type { Background } from './background.ts'
import type { Instance } from './instance.ts'
import { jobRoutes } from './job.routes.ts'
import { type Listening, liveRoute } from './live.ts'

export type RouteParts = {
  readonly instance: Instance
  readonly metrics: Metrics
  readonly listening: Listening
  readonly background: Background
  readonly version: string
}

export type RouteTable = {
  readonly routes: readonly Route<Principal>[]
  readonly saturated: () => number | null
}

/** The whole API: one table for the server, the OpenAPI document and the client. */
export async function routesOf(parts: RouteParts): Promise<RouteTable> {
  const { instance, metrics, listening, version } = parts
  const { pool } = instance
  const routes = [
    ...orgRoutes({ pool, version }),
    ...jobRoutes(pool),
    liveRoute(pool, listening),
    ...operationRoutes<Principal>({
      metrics,
      metricsAccess: staff,
      checks: [
        {
          name: 'database',
          run: async () => {
            await pool.query('select 1')
            return { isReady: true }
          },
        },
      ],
    }),
  ]
  return { routes, saturated: () => null }
}
