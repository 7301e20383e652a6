import { caseRoutes } from '#features/case/case.routes.ts'
import { liftEmbargoKind } from '#features/case/embargo-approval.ts'
import { honeyRoutes } from '#features/case/honey.routes.ts'
import { readInRoutes } from '#features/case/read-in.routes.ts'
import { widenReadInKind } from '#features/case/read-in-approval.ts'
import { readInLogRoutes } from '#features/case/read-in-log.routes.ts'
import { ownReadInRoutes } from '#features/case/read-in-own.routes.ts'
import { planRoutes } from '#features/case/read-in-plan.routes.ts'
import { lowerLabelKind } from '#features/case/relabel-approval.ts'
import { deskCountRoutes } from '#features/engagement/desk-count.routes.ts'
import { determinationRoutes, type FindVerdict } from '#features/engagement/determination.routes.ts'
import { documentRoutes } from '#features/engagement/document.routes.ts'
import { engagementRoutes } from '#features/engagement/engagement.routes.ts'
import { engagementKeysOf } from '#features/engagement/engagement.store.ts'
import { partnerRoutes } from '#features/engagement/partner.routes.ts'
import { evaluationRoutes } from '#features/evaluation/evaluation.routes.ts'
import { evaluationKeysOf } from '#features/evaluation/evaluation-keys.ts'
import { flawReportRoutes } from '#features/evaluation/flaw-report.routes.ts'
import { packOpenKind } from '#features/evaluation/pack-open-approval.ts'
import { resultRoutes } from '#features/evaluation/results.routes.ts'
import { verdictNamed } from '#features/evaluation/verdict.store.ts'
import { verdictExportKind } from '#features/evaluation/verdict-export-approval.ts'
import { verdictSigners } from '#features/evaluation/verdict-signer.ts'
import { bulkExportRoute } from '#features/exchange/bulk-export.routes.ts'
import { bulkExportKind } from '#features/exchange/bulk-export.ts'
import { caseExportRoutes } from '#features/exchange/case-export.routes.ts'
import { decoders } from '#features/exchange/decoders.ts'
import { approvalRoutes } from '#features/label/approval.routes.ts'
import { holdRoutes, openKind } from '#features/label/approval-hold.ts'
import { policyKind } from '#features/label/approval-policy.ts'
import { clearanceRoutes } from '#features/label/clearance.routes.ts'
import { explainRoute } from '#features/label/explain.routes.ts'
import { revealKind, revealRoute } from '#features/label/finder-reveal.ts'
import { insiderRoutes } from '#features/label/insider.routes.ts'
import { acceptedPapers } from '#features/label/read-in-papers.store.ts'
import { watermarkKeys } from '#features/label/watermark.ts'
import { ledgerRoutes } from '#features/ledger/ledger.routes.ts'
import { record } from '#features/ledger/ledger.store.ts'
import { ledgerSignerOf } from '#features/ledger/ledger-key.ts'
import { pseudonymsOf } from '#features/ledger/seen.ts'
import { may } from '#features/org/access.ts'
import type { Authenticator } from '#features/org/authenticate.ts'
import { orgRoutes } from '#features/org/org.routes.ts'
import { nameOfInstance } from '#features/org/org.store.ts'
import type { Principal } from '#features/org/org.ts'
import { relyingPartyOf } from '#features/org/passkey.ts'
import { handInRoutes } from '#features/proof/hand-in.routes.ts'
import { proofRoutes } from '#features/proof/proof.routes.ts'
import { proofKeysOf } from '#features/proof/proof-keys.ts'
import { proofRunRoutes } from '#features/proof/proof-run.routes.ts'
import { workerRoutes } from '#features/proof/worker.routes.ts'
import { finderMessageRoute } from '#features/report/finder-message.routes.ts'
import { messageKeysOf } from '#features/report/finder-message.store.ts'
import { importRoutes } from '#features/report/import.routes.ts'
import { reportKeysOf } from '#features/report/incoming.ts'
import { labelDefaultRoutes } from '#features/report/label-default.routes.ts'
import { lowerDefaultKind } from '#features/report/label-default-approval.ts'
import { Receiver } from '#features/report/receiver.ts'
import { reportRoutes } from '#features/report/report.routes.ts'
import { shredKinds } from '#features/report/shred.ts'
import { webhookRoutes } from '#features/report/webhook.routes.ts'
import { cursorsOf } from '#platform/http/cursor.ts'
import type { Metrics } from '#platform/http/metrics.ts'
import { operationRoutes } from '#platform/http/operation-routes.ts'
import type { Route } from '#platform/http/route.ts'
import { Provider } from '#platform/openid/provider.ts'
import { databaseCheck } from './database-check.ts'
import { exampleRoute } from './examples.ts'
import { gatewayRoutes } from './gateway-routes.ts'
import type { Instance } from './instance.ts'
import { jobRoutes } from './job.routes.ts'
import { type Listening, liveRoute } from './live.ts'
import { bundleReader } from './machine-prover.ts'
import { evidenceChanged, scratchOf } from './proving.ts'

export type RouteParts = {
  readonly instance: Instance
  readonly metrics: Metrics
  readonly listening: Listening
  readonly authenticator: Authenticator
  readonly version: string
  /** The port that the server listens on, once it does. */
  readonly port: () => number
}

export type RouteTable = {
  readonly routes: readonly Route<Principal>[]
  readonly saturated: () => number | null
}

/** Everything that takes two people. */
const approvalKinds = [
  ...[policyKind, openKind, bulkExportKind],
  ...[lowerLabelKind, lowerDefaultKind, liftEmbargoKind, widenReadInKind],
]

/** Of one token, in an hour of the clock: a laboratory's whole year in a day stays possible. */
const reportsPerHour = 10_000_000

/** Of one evaluator, in an hour of the clock. */
const flawsPerHour = 1_000

const formats = decoders.map(({ name }) => name)

/** Whether it is well, and how much it does. */
const operating = ({ instance: { pool }, metrics }: RouteParts): Route<Principal>[] => [
  ...operationRoutes<Principal>({
    metrics,
    metricsAccess: may('operate'),
    checks: [databaseCheck(pool)],
  }),
]

/** Proofs and who runs them. */
function proofsOf({ instance }: RouteParts): Route<Principal>[] {
  const { pool, blobs, clock, settings } = instance
  const keys = proofKeysOf(instance.keys)
  const scratch = scratchOf(settings)
  return [
    ...handInRoutes({ pool, blobs, clock, keys, scratch, read: bundleReader }),
    ...proofRoutes({ pool, blobs, keys, evidenceChanged: evidenceChanged({ clock }) }),
    ...proofRunRoutes({ pool, keys }),
    ...workerRoutes({ pool }),
  ]
}

/** What lets verdicts out. */
const verdictsOut = ({ keys }: Pick<Instance, 'keys'>) => ({
  keys: evaluationKeysOf(keys),
  signerOf: verdictSigners(keys),
})

/** The model desk. */
function deskOf({ instance }: RouteParts): Route<Principal>[] {
  const keys = engagementKeysOf(instance.keys)
  const { pool, blobs, clock } = instance
  const flawKeys = { ...evaluationKeysOf(instance.keys), report: reportKeysOf(instance.keys) }
  const parts = { pool, keys, cursors: cursorsOf(instance.keys) }
  const { evaluation } = evaluationKeysOf(instance.keys)
  const findVerdict: FindVerdict = (tx, asked) => verdictNamed(tx, evaluation, asked)
  return [
    ...engagementRoutes(parts),
    ...documentRoutes(parts),
    ...determinationRoutes({ ...parts, findVerdict }),
    ...partnerRoutes(parts),
    ...deskCountRoutes(parts),
    ...evaluationRoutes({ pool, blobs, keys: evaluationKeysOf(instance.keys) }),
    ...gatewayRoutes(instance),
    ...resultRoutes({ pool, blobs, ...verdictsOut(instance), keys: flawKeys }),
    ...flawReportRoutes({ pool, blobs, keys: flawKeys, clock, flawsPerHour }),
  ]
}

/** The whole API: one table for the server, the OpenAPI document and the client. */
export async function routesOf(parts: RouteParts): Promise<RouteTable> {
  const { instance, listening, version, authenticator, port } = parts
  const { pool, blobs, clock, settings, log } = instance
  const { host, publicUrl = null, openId } = settings
  const keys = reportKeysOf(instance.keys)
  const cursors = cursorsOf(instance.keys)
  const watermark = settings.hasWatermarks ? watermarkKeys(instance.keys) : null
  const receiver = new Receiver({ pool, clock, keys })
  const intake = { pool, blobs, clock, keys, receiver, authenticator }
  const readIns = { pool, keys, cursors, prerequisites: { accepted: acceptedPapers } }
  const packOpens = packOpenKind(engagementKeysOf(instance.keys))
  const ofDesk = [packOpens, verdictExportKind(verdictsOut(instance))]
  const shreds = shredKinds({ blobs, destroyed: keys.destroyed })
  const routes = [
    ...reportRoutes({ ...intake, reportsPerHour }),
    ...importRoutes({ ...intake, cursors, formats }),
    ...labelDefaultRoutes({ pool }),
    ...webhookRoutes({
      ...{ pool, keys: instance.keys },
      allowHosts: settings.webhookAllowHosts,
    }),
    exampleRoute({ pool, blobs, clock, keys }),
    ...caseRoutes({ pool, keys, cursors }),
    ...[...readInRoutes(readIns), ...ownReadInRoutes(readIns)],
    ...[...planRoutes({ pool }), ...readInLogRoutes({ pool })],
    ...caseExportRoutes({ pool, keys, blobs, watermark }),
    bulkExportRoute({ pool, keys, blobs, watermark }),
    ...orgRoutes({
      ...{ pool, clock, version, instance: () => nameOfInstance(pool) },
      provider: openId.kind === 'off' ? null : new Provider({ settings: openId, clock, log }),
      party: () => relyingPartyOf({ publicUrl, host, port: port() }),
      told: (tx, change) => record(tx, [change]),
      pseudonyms: keys.pseudonym,
    }),
    ...clearanceRoutes({ pool }),
    ...deskOf(parts),
    ...approvalRoutes({ pool, kinds: [...approvalKinds, revealKind, ...ofDesk, ...shreds] }),
    revealRoute({ pool, keys: keys.pseudonym }),
    finderMessageRoute({ pool, keys: messageKeysOf(instance.keys) }),
    ...holdRoutes({ pool }),
    ...ledgerRoutes({
      ...{ pool, key: ledgerSignerOf(instance.keys), pseudonyms: pseudonymsOf(instance.keys) },
      areNamesShown: settings.areSeenNamesShown,
    }),
    ...insiderRoutes({ pool }),
    explainRoute({ pool }),
    ...honeyRoutes({ pool, keys, blobs }),
    ...proofsOf(parts),
    ...jobRoutes(pool),
    liveRoute({ pool, listening, authenticator, cursors }),
    ...operating(parts),
  ]
  return { routes, saturated: () => null }
}
