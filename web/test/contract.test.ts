import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { z } from 'zod'
import * as caseWire from '#features/case/case.wire.ts'
import { DeterminationListWire } from '#features/engagement/determination.wire.ts'
import * as engagementWire from '#features/engagement/engagement.wire.ts'
import { AccessListWire, ClosingListWire } from '#features/engagement/gateway/gateway.wire.ts'
import { PartnerListWire } from '#features/engagement/partner.wire.ts'
import * as declarationWire from '#features/evaluation/declaration.wire.ts'
import * as packWire from '#features/evaluation/pack-shelf.wire.ts'
import * as resultWire from '#features/evaluation/result.wire.ts'
import * as runWire from '#features/evaluation/run.wire.ts'
import * as verdictWire from '#features/evaluation/verdict.wire.ts'
import * as approvalWire from '#features/label/approval.wire.ts'
import * as ledgerWire from '#features/ledger/ledger.wire.ts'
import * as orgWire from '#features/org/org.wire.ts'
import * as peopleWire from '#features/org/people.wire.ts'
import * as providerWire from '#features/org/provider.wire.ts'
import * as signInWire from '#features/org/sign-in.wire.ts'
import * as proofWire from '#features/proof/proof.wire.ts'
import * as reportWire from '#features/report/report.wire.ts'
import { idOf } from '../mock/rows.ts'
import { Desk } from './browser.ts'

const desk = new Desk()
after(() => desk.close())

const id = idOf(7)

/** The mock is only worth something while it answers as the service does. */
const answers: readonly (readonly [path: string, shape: z.ZodType])[] = [
  ['/v1/session', orgWire.SessionWire],
  ['/v1/cases?limit=200', caseWire.CaseListWire],
  ['/v1/cases/facets', caseWire.FacetsWire],
  [`/v1/cases/${id}`, caseWire.CaseWire],
  ['/v1/suggestions', caseWire.SuggestionListWire],
  ['/v1/finders', caseWire.FinderListWire],
  ['/v1/overview?days=30', caseWire.OverviewWire],
  ['/v1/imports', reportWire.ImportListWire],
  ['/v1/jobs', orgWire.JobListWire],
  ['/v1/profile', signInWire.ProfileWire],
  ['/v1/ways-in', providerWire.WaysInWire],
  ['/v1/approvals', approvalWire.ApprovalListWire],
  ['/v1/approval-policy', approvalWire.ApprovalPolicyWire],
  ['/v1/organisations', peopleWire.OrganisationListWire],
  ['/v1/ledger/entries', ledgerWire.LedgerListWire],
  ['/v1/ledger/entries/17', ledgerWire.LedgerProofWire],
  ['/v1/ledger/checkpoint', ledgerWire.LedgerCheckpointWire],
  ['/v1/ledger/anomalies', ledgerWire.AnomalyListWire],
  [`/v1/cases/${id}/seen`, ledgerWire.LedgerListWire],
  [`/v1/cases/${id}/proofs`, proofWire.ProofListWire],
  [`/v1/proofs/${id.replace('case_', 'proof_')}`, proofWire.ProofWire],
  ['/v1/workers', proofWire.WorkerListWire],
  ['/v1/proof-queue', proofWire.ProofQueueWire],
  ['/v1/packs', packWire.PackListWire],
  ['/v1/packs/pack_1', packWire.PackWire],
  ['/v1/packs/pack_1/tasks', packWire.OpenedTaskListWire],
  ['/v1/engagements/engagement_3/declarations', declarationWire.DeclarationListWire],
  ['/v1/engagements/engagement_3/runs', runWire.RunListWire],
  ['/v1/runs/run_1', runWire.RunWire],
  ['/v1/runs/run_2', runWire.RunWire],
  ['/v1/runs/run_3', runWire.RunWire],
  ['/v1/runs/run_1/verdict', verdictWire.VerdictListWire],
  ['/v1/runs/run_1/reviews', resultWire.ReviewListWire],
  ['/v1/runs/run_1/disputes', resultWire.DisputeListWire],
  ['/v1/runs/run_1/response', resultWire.ResponseListWire],
  ['/v1/runs/run_1/samples', runWire.SampleListWire],
  ['/v1/runs/run_1/samples/flaw-00/1/events?from=990&count=200', runWire.EventSliceWire],
  ['/v1/runs/run_1/samples/flaw-00/1/events?from=99900&count=200', runWire.EventSliceWire],
  ['/v1/evaluators', engagementWire.EvaluatorListWire],
  ['/v1/engagements', engagementWire.EngagementListWire],
  ...['engagement_1', 'engagement_2', 'engagement_3', 'engagement_4'].map(
    (one) => [`/v1/engagements/${one}`, engagementWire.EngagementWire] as const,
  ),
  ['/v1/engagements/engagement_1/events', engagementWire.EventListWire],
  ['/v1/engagements/engagement_1/determinations', DeterminationListWire],
  ['/v1/engagements/engagement_1/partners', PartnerListWire],
  ['/v1/partners', PartnerListWire],
  ['/v1/engagements/engagement_2/requests', AccessListWire],
  ['/v1/engagements/engagement_4/closings', ClosingListWire],
]

for (const [path, shape] of answers) {
  test(`the mock answers ${path} in the shape of the service`, async () => {
    const { url } = await desk.serve({ cases: 500 })
    const response = await fetch(url + path)
    const { error } = shape.safeParse(await response.json())
    assert.equal(error, undefined)
  })
}

const version = 1
const changes: readonly (readonly [method: string, path: string, body: unknown])[] = [
  ['PATCH', `/v1/cases/${id}`, { version, verdict: 'confirmed' }],
  ['POST', `/v1/cases/${id}/merge`, { version, cases: [id.replace(/7$/, '8')] }],
  ['POST', `/v1/cases/${id}/apart`, { version, with: id.replace(/7$/, '8') }],
]

for (const [method, path, body] of changes) {
  test(`the mock answers ${method} ${path.replace(id, '{id}')} in the shape of the service`, async () => {
    const { url } = await desk.serve({ cases: 500 })
    const send = (headers: Readonly<Record<string, string>>) =>
      fetch(url + path, { method, headers, body: JSON.stringify(body) })
    assert.equal((await send({})).status, 403, 'without the header that no other site can set')
    const response = await send({ 'x-requested-by': 'parley' })
    const { error } = caseWire.ChangedWire.safeParse(await response.json())
    assert.equal(error, undefined)
  })
}
