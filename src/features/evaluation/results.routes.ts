import type { Principal } from '#features/org/org.ts'
import type { Route } from '#platform/http/route.ts'
import { crossedVerdictRoutes } from './crossed-verdict.routes.ts'
import { disputeRoutes } from './dispute.routes.ts'
import { type FlawParts, flawRoutes } from './flaw.routes.ts'
import { handBackRoutes } from './hand-back.routes.ts'
import { policyRoutes } from './policy.routes.ts'
import { reviewRoutes } from './review.routes.ts'
import { type SettlementParts, settlementRoutes } from './settlement.routes.ts'
import { techniqueRoutes } from './technique.routes.ts'
import { verdictRoutes } from './verdict.routes.ts'
import { verdictBundleRoutes } from './verdict-bundle.routes.ts'
import { verdictKeyRoutes } from './verdict-key.routes.ts'
import type { SignerOf } from './verdict-signer.ts'

/** What comes of runs, from the verdict to the proof that nothing is held any more. */
export const resultRoutes = (
  parts: SettlementParts & FlawParts & { readonly signerOf: SignerOf },
): readonly Route<Principal>[] => [
  ...verdictRoutes(parts),
  ...verdictBundleRoutes(parts),
  ...verdictKeyRoutes(parts),
  ...crossedVerdictRoutes(parts),
  ...reviewRoutes(parts),
  ...disputeRoutes(parts),
  ...flawRoutes(parts),
  ...techniqueRoutes(parts),
  ...policyRoutes(parts),
  ...handBackRoutes(parts),
  ...settlementRoutes(parts),
]
