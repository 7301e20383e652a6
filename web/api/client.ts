import { addressOf, send, sendJson } from './send.ts'
import type {
  Apart,
  BulkChange,
  BulkChanged,
  Case,
  CaseChange,
  CaseList,
  CaseQuery,
  Changed,
  Decided,
  Decision,
  Facets,
  FinderList,
  Import,
  ImportAccepted,
  ImportedReportList,
  ImportList,
  JobList,
  Merge,
  Note,
  Overview,
  Person,
  Relate,
  SavedView,
  Session,
  Split,
  SuggestionList,
  Token,
  TokenMade,
  TokenWish,
} from './types.ts'

/** One function an endpoint. Each throws ProblemError when the server says no. */

type Signal = AbortSignal | undefined
type Items<T> = { readonly items: readonly T[] }
type Page = { readonly after?: string | undefined }

const segment = (id: string): string => encodeURIComponent(id)
const casePath = (id: string, rest = ''): string => `/v1/cases/${segment(id)}${rest}`
const get = <T>(path: string, query = {}, signal?: Signal): Promise<T> =>
  sendJson<T>('GET', path, { query, signal })
const post = <T>(path: string, body: unknown): Promise<T> => sendJson<T>('POST', path, { body })

export const openSession = (link: string): Promise<Session> => post('/v1/session', { link })
export const getSession = (): Promise<Session> => get('/v1/session')
export const closeSession = async (): Promise<void> => {
  await send('DELETE', '/v1/session')
}
export const listPeople = (signal?: Signal): Promise<Items<Person>> => get('/v1/people', {}, signal)

export const listTokens = (signal?: Signal): Promise<Items<Token>> => get('/v1/tokens', {}, signal)
export const makeToken = (wish: TokenWish): Promise<TokenMade> => post('/v1/tokens', wish)
export const revokeToken = async (id: string): Promise<void> => {
  await send('DELETE', `/v1/tokens/${segment(id)}`)
}

export const loadExamples = (): Promise<Items<ImportAccepted>> => post('/v1/examples', {})
export const listImports = (page: Page = {}, signal?: Signal): Promise<ImportList> =>
  get('/v1/imports', page, signal)
export const getImport = (id: string, signal?: Signal): Promise<Import> =>
  get(`/v1/imports/${segment(id)}`, {}, signal)
export const listImportedReports = (
  id: string,
  page: Page & { readonly limit?: number } = {},
  signal?: Signal,
): Promise<ImportedReportList> => get(`/v1/imports/${segment(id)}/reports`, page, signal)

export const listCases = (query: CaseQuery, signal?: Signal): Promise<CaseList> =>
  get('/v1/cases', query, signal)
export const getFacets = (query: CaseQuery, signal?: Signal): Promise<Facets> =>
  get('/v1/cases/facets', query, signal)
export const getCase = (id: string, signal?: Signal): Promise<Case> => get(casePath(id), {}, signal)
export const changeCase = (id: string, change: CaseChange): Promise<Changed> =>
  sendJson('PATCH', casePath(id), { body: change })
export const changeCases = (change: BulkChange): Promise<BulkChanged> =>
  post('/v1/cases/bulk', change)
export const mergeCases = (id: string, merge: Merge): Promise<Changed> =>
  post(casePath(id, '/merge'), merge)
export const splitCase = (id: string, split: Split): Promise<Changed> =>
  post(casePath(id, '/split'), split)
export const keepApart = (id: string, apart: Apart): Promise<Changed> =>
  post(casePath(id, '/apart'), apart)
export const relateCase = (id: string, relate: Relate): Promise<Changed> =>
  post(casePath(id, '/relation'), relate)
export const undoEvent = (event: number): Promise<Changed> => post(`/v1/history/${event}/undo`, {})
export const addNote = (id: string, text: string): Promise<Note> =>
  post(casePath(id, '/notes'), { text })
export const changeNote = (note: string, text: string): Promise<Note> =>
  sendJson('PATCH', `/v1/notes/${segment(note)}`, { body: { text } })
export const removeNote = async (note: string): Promise<void> => {
  await send('DELETE', `/v1/notes/${segment(note)}`)
}

export type ExportKind = 'mail' | 'markdown' | 'osv' | 'csaf' | 'zip'
/** Where a browser downloads it from. */
export const exportAddress = (id: string, kind: ExportKind): string =>
  addressOf(casePath(id, '/export'), { as: kind })
export const attachmentAddress = (id: string): string => `/v1/attachments/${segment(id)}`

export const listSuggestions = (
  page: Page & { readonly state?: string } = {},
  signal?: Signal,
): Promise<SuggestionList> => get('/v1/suggestions', page, signal)
export const decideSuggestion = (id: string, decision: Decision): Promise<Decided> =>
  post(`/v1/suggestions/${segment(id)}/decision`, decision)

export const listFinders = (
  page: Page & { readonly sort?: string } = {},
  signal?: Signal,
): Promise<FinderList> => get('/v1/finders', page, signal)
export const getOverview = (days: number, signal?: Signal): Promise<Overview> =>
  get('/v1/overview', { days }, signal)

export const listJobs = (
  filter: { readonly state?: string; readonly queue?: string } = {},
  signal?: Signal,
): Promise<JobList> => get('/v1/jobs', filter, signal)
export const retryJob = async (id: string): Promise<void> => {
  await send('POST', `/v1/jobs/${segment(id)}/retry`, { body: {} })
}

export const listViews = (signal?: Signal): Promise<Items<SavedView>> =>
  get('/v1/views', {}, signal)
export const saveView = (name: string, query: string): Promise<SavedView> =>
  post('/v1/views', { name, query })
export const removeView = async (id: string): Promise<void> => {
  await send('DELETE', `/v1/views/${segment(id)}`)
}
