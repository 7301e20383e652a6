import type { Principal } from '#features/org/org.ts'
import type { Route } from '#platform/http/route.ts'
import { accessLogRoutes } from './access-log.routes.ts'
import { endpointRoutes } from './endpoint.routes.ts'
import { engagementGates } from './engagement-gates.ts'
import type { GatewayDesk } from './gateway-desk.ts'
import { partnerGates } from './partner-gates.ts'
import { gatewayTokenRoutes } from './token.routes.ts'

/** What is said of gates, the evaluators' and the partners': the same of each. */
export const gateRoutes = (desk: GatewayDesk): readonly Route<Principal>[] =>
  [engagementGates, partnerGates].flatMap((kind) => [
    ...endpointRoutes(desk, kind),
    ...gatewayTokenRoutes(desk, kind),
    ...accessLogRoutes(desk, kind),
  ])
