import { bodyOf, declarationOf, sampleOf, transcriptOf } from '../engagement/evaluation-world.ts'
import { endpointWish } from '../engagement/gateway-desk-world.ts'
import type { Naming } from './alike.ts'
import type { Who } from './cast.ts'

const zeros = '0'.repeat(64)
const sample = { task: 'task-1', epoch: 1 }
const opening = {
  ...{ parley: 'pack-opening/1', name: 'Mine', version: '1', index: 0, id: 'task-1' },
  ...{ salt: zeros, entries: [{ kind: 'folder', path: 'files' }], proof: [] },
}
const begun = { declaration: zeros, pack: 'pack_aaaaaaaa', seed: '1', roles: {} }
const raw = (type: string, body: Buffer) => ({ body, headers: { 'content-type': type } })
const transcript = transcriptOf(1)
const finished = bodyOf(sampleOf(transcript), transcript)

/** How routes about packs, runs and gateways are asked about what the asker may not see. */
export function deskNamings(who: readonly Who[]): Readonly<Record<string, Naming>> {
  const engagement = { kind: 'engagement', who }
  const run = { kind: 'trial', who }
  const partner = { kind: 'partner', who }
  const pack = { kind: 'pack', who }
  return {
    ...{ pack, openedPackTasks: pack, fetchPack: pack, publishPack: pack },
    givePackRight: { ...pack, body: { may: 'view' } },
    endPackRight: pack,
    openPackTask: { ...pack, body: opening },
    handInPack: { ...pack, ...raw('application/x-tar', Buffer.from('Mine')) },
    ...{ declarations: engagement, runs: engagement, gatewayEndpoint: engagement },
    ...{ gatewayTokens: engagement, gatewayRequests: engagement, gatewayClosings: engagement },
    ...{ policyReadings: engagement, handBack: engagement, viewers: engagement },
    ...{ holding: engagement, destroyHeld: engagement, settle: engagement },
    declare: { ...engagement, body: declarationOf(zeros) },
    agreeToDeclaration: { kind: 'declared', who },
    beginRun: { ...engagement, body: begun },
    putGatewayEndpoint: { ...engagement, body: endpointWish() },
    withdrawGatewayEndpoint: engagement,
    makeGatewayToken: { ...engagement, body: { run: 'night-1' } },
    revokeGatewayToken: { kind: 'grant', who },
    ...{ partnerEndpoint: partner, partnerTokens: partner, partnerRequests: partner },
    partnerOccurrences: partner,
    ...{ partnerClosings: partner, withdrawPartnerEndpoint: partner },
    putPartnerEndpoint: { ...partner, body: endpointWish() },
    makePartnerToken: { ...partner, body: { run: 'night-1' } },
    revokePartnerToken: { kind: 'partner-grant', who },
    ...{ run, samples: run, transcript: run, runVerdicts: run, runReviews: run },
    ...{ runDisputes: run, runResponses: run, runFlaws: run, closeRun: run },
    lookAtRun: { ...run, body: {} },
    handInSample: { ...run, ...raw('application/x-ndjson', finished) },
    giveVerdict: { ...run, body: {} },
    reviewRun: { ...run, body: { kind: 'note', text: 'Mine' } },
    disputeSample: { ...run, body: { sample, claim: 'Mine' } },
    sayOfDispute: { ...run, body: { kind: 'remark', text: 'Mine' } },
    respondToRun: { ...run, body: { text: 'Mine' } },
    reportFlaw: { ...run, body: { purl: 'pkg:npm/mine@1.0.0' } },
    linkFlaw: { ...run, body: { sample, receipt: 'SUB-aaaaaaaaaaaaaaaaaa' } },
  }
}
