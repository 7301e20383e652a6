import { filled, here, type QueryOf, type Signal, told, until } from './client.ts'
import * as api from './parley.generated.ts'
import { isProblem } from './problem.ts'
import type {
  DeterminationAct,
  EndpointWish,
  EngagementAct,
  GateTokenWish,
  OccurrenceWish,
  OfferWish,
  PartnerAct,
  PartnerWish,
} from './types.ts'

/** The model desk: one function an endpoint. Each throws ProblemError on any "no". */

export const listEvaluators = (signal?: Signal) => told(api.evaluators(here, until(signal)))
export const listEngagements = (query: QueryOf<typeof api.engagements>, signal?: Signal) =>
  told(api.engagements(here, { ...filled(query), ...until(signal) }))
export const offerModel = (offer: OfferWish) => told(api.offerModel(here, { body: offer }))
export const getEngagement = (id: string, signal?: Signal) =>
  told(api.engagement(here, { params: { id }, ...until(signal) }))
export const sayOfEngagement = (id: string, act: EngagementAct) =>
  told(api.sayOfEngagement(here, { params: { id }, body: act }))

type EventQuery = QueryOf<typeof api.engagementEvents>
export const listEngagementEvents = (id: string, query: EventQuery, signal?: Signal) =>
  told(api.engagementEvents(here, { params: { id }, ...filled(query), ...until(signal) }))

const documentTypes: readonly string[] = ['application/pdf', 'text/plain']

/** Hands a file in as it is; what is neither PDF nor plain text goes as bytes. */
export const addDocument = (id: string, file: File) => {
  const type = documentTypes.includes(file.type) ? file.type : 'application/octet-stream'
  return told(
    api.addDocument(here, { params: { id }, query: { name: file.name }, body: file, type }),
  )
}
export const documentAddress = (id: string, document: string): string =>
  `/v1/engagements/${encodeURIComponent(id)}/documents/${encodeURIComponent(document)}`

type PartnerQuery = QueryOf<typeof api.engagementPartners>
export const listPartners = (id: string, query: PartnerQuery, signal?: Signal) =>
  told(api.engagementPartners(here, { params: { id }, ...filled(query), ...until(signal) }))
/** Where whoever is signed in is named as a user. */
export const listOwnPartners = (query: QueryOf<typeof api.ownPartners>, signal?: Signal) =>
  told(api.ownPartners(here, { ...filled(query), ...until(signal) }))
type OccurrenceQuery = QueryOf<typeof api.partnerOccurrences>
export const listOccurrences = (id: string, query: OccurrenceQuery, signal?: Signal) =>
  told(api.partnerOccurrences(here, { params: { id }, ...filled(query), ...until(signal) }))
export const proposePartner = (id: string, wish: PartnerWish) =>
  told(api.proposePartner(here, { params: { id }, body: wish }))
export const sayOfPartner = (id: string, act: PartnerAct) =>
  told(api.sayOfPartner(here, { params: { id }, body: act }))
export const tellOccurrence = (id: string, wish: OccurrenceWish) =>
  told(api.tellOccurrence(here, { params: { id }, body: wish }))
export const doDuty = (id: string, duty: { readonly occurrence: string; readonly what: string }) =>
  told(api.doDuty(here, { params: { id }, body: duty }))

export const listDeterminations = (id: string, signal?: Signal) =>
  told(api.determinations(here, { params: { id }, ...until(signal) }))
export const askDetermination = (id: string) =>
  told(api.askDetermination(here, { params: { id }, body: {} }))
export const sayOfDetermination = (id: string, act: DeterminationAct) =>
  told(api.sayOfDetermination(here, { params: { id }, body: act }))

export const getDeskCounts = (signal?: Signal) => told(api.deskCounts(here, until(signal)))
export const publishDeskCounts = (isPublished: boolean) =>
  told(api.publishDeskCounts(here, { body: { isPublished } }))

/** Where the model answers; null where the developer gave none yet. */
export const getEndpoint = (id: string, signal?: Signal) =>
  told(api.gatewayEndpoint(here, { params: { id }, ...until(signal) })).catch((error: unknown) => {
    if (isProblem(error, 404)) return null
    throw error
  })
export const putEndpoint = (id: string, wish: EndpointWish) =>
  told(api.putGatewayEndpoint(here, { params: { id }, body: wish }))
export const withdrawEndpoint = (id: string) =>
  told(api.withdrawGatewayEndpoint(here, { params: { id } }))
/** A token for oneself at the gateway; it is in the answer alone. */
export const makeGatewayToken = (id: string, wish: GateTokenWish) =>
  told(api.makeGatewayToken(here, { params: { id }, body: wish }))
export const makePartnerToken = (id: string, wish: GateTokenWish) =>
  told(api.makePartnerToken(here, { params: { id }, body: wish }))
type RequestQuery = QueryOf<typeof api.gatewayRequests>
export const listRequests = (id: string, query: RequestQuery, signal?: Signal) =>
  told(api.gatewayRequests(here, { params: { id }, ...filled(query), ...until(signal) }))
export const listClosings = (id: string, signal?: Signal) =>
  told(api.gatewayClosings(here, { params: { id }, ...until(signal) }))
