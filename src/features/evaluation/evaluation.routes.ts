import type { Principal } from '#features/org/org.ts'
import type { Route } from '#platform/http/route.ts'
import { declarationRoutes } from './declaration.routes.ts'
import { sealedPackRoutes } from './pack-sealed.routes.ts'
import { packShelfRoutes } from './pack-shelf.routes.ts'
import { runRoutes } from './run.routes.ts'
import { sampleRoutes } from './sample.routes.ts'
import type { PushParts } from './sample-push.ts'

/** What an evaluation is made of on the service: packs, what is declared, and runs. */
export const evaluationRoutes = (parts: PushParts): readonly Route<Principal>[] => [
  ...packShelfRoutes(parts),
  ...sealedPackRoutes(parts),
  ...declarationRoutes(parts),
  ...runRoutes(parts),
  ...sampleRoutes(parts),
]
