import { may } from '#features/org/access.ts'
import { Authenticator, bearerIn } from '#features/org/authenticate.ts'
import type { Principal } from '#features/org/org.ts'
import type { Result } from '#kernel/result.ts'
import type { Metrics } from '#platform/http/metrics.ts'
import { operationRoutes } from '#platform/http/operation-routes.ts'
import { type HttpServer, listen } from '#platform/http/server.ts'
import { databaseCheck } from './database-check.ts'
import type { Instance } from './instance.ts'

/** Whether a gateway of its own is well, and its figures: on a port that no evaluator reaches. */
export function serveOperations(
  { settings, pool, clock, log }: Pick<Instance, 'settings' | 'pool' | 'clock' | 'log'>,
  { metrics, port }: { readonly metrics: Metrics; readonly port: number },
): Promise<Result<HttpServer<Principal>>> {
  const authenticator = new Authenticator(pool, clock)
  return listen<Principal>({
    ...{ host: settings.host, port, log, clock },
    routes: operationRoutes<Principal>({
      metrics,
      metricsAccess: may('operate'),
      checks: [databaseCheck(pool)],
    }),
    authenticate: async ({ headers }) => {
      const token = bearerIn(headers.authorization)
      const principal = token === null ? null : await authenticator.byToken(token)
      return principal && { principal, by: 'token' }
    },
    principalId: ({ person }) => person,
    observe: metrics.observeRequest,
  })
}
