import { here, type Signal, told, until } from './client.ts'
import * as api from './parley.generated.ts'
import type { DisputeAct, DisputeWish, ReviewSaying } from './types.ts'

/** Verdicts and what is said of them: one function an endpoint. Each throws ProblemError on a "no". */

export const listVerdicts = (id: string, signal?: Signal) =>
  told(api.runVerdicts(here, { params: { id }, ...until(signal) }))
export const giveVerdict = (id: string) =>
  told(api.giveVerdict(here, { params: { id }, body: { capability: 'cyber' } }))

export const listReviews = (id: string, signal?: Signal) =>
  told(api.runReviews(here, { params: { id }, ...until(signal) }))
export const reviewRun = (id: string, saying: ReviewSaying) =>
  told(api.reviewRun(here, { params: { id }, body: saying }))

export const listDisputes = (id: string, signal?: Signal) =>
  told(api.runDisputes(here, { params: { id }, ...until(signal) }))
export const disputeSample = (id: string, wish: DisputeWish) =>
  told(api.disputeSample(here, { params: { id }, body: wish }))
export const sayOfDispute = (id: string, dispute: string, act: DisputeAct) =>
  told(api.sayOfDispute(here, { params: { id, dispute }, body: act }))

export const listResponses = (id: string, signal?: Signal) =>
  told(api.runResponses(here, { params: { id }, ...until(signal) }))
export const respondToRun = (id: string, text: string) =>
  told(api.respondToRun(here, { params: { id }, body: { text } }))
