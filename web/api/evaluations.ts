import { filled, here, type QueryOf, type Signal, told, until } from './client.ts'
import * as api from './parley.generated.ts'
import type { Declaration, PackRightWord, Sample, TranscriptEvent } from './types.ts'

/** Packs, declarations and runs: one function an endpoint. Each throws ProblemError on any "no". */

export const listPacks = (query: QueryOf<typeof api.packs>, signal?: Signal) =>
  told(api.packs(here, { ...filled(query), ...until(signal) }))
export const getPack = (id: string, signal?: Signal) =>
  told(api.pack(here, { params: { id }, ...until(signal) }))
export const publishPack = (id: string) => told(api.publishPack(here, { params: { id } }))
export const givePackRight = (id: string, person: string, may: PackRightWord) =>
  told(api.givePackRight(here, { params: { id, person }, body: { may } }))
export const endPackRight = (id: string, person: string) =>
  told(api.endPackRight(here, { params: { id, person } }))
export const listOpenedTasks = (id: string, after: number, signal?: Signal) =>
  told(api.openedPackTasks(here, { params: { id }, query: { after }, ...until(signal) }))

export const listDeclarations = (engagement: string, signal?: Signal) =>
  told(api.declarations(here, { params: { id: engagement }, ...until(signal) }))
export const declare = (engagement: string, declaration: Declaration) =>
  told(api.declare(here, { params: { id: engagement }, body: declaration }))
export const agreeToDeclaration = (engagement: string, digest: string) =>
  told(api.agreeToDeclaration(here, { params: { id: engagement, digest } }))

type RunQuery = QueryOf<typeof api.runs>
export const listRuns = (engagement: string, query: RunQuery, signal?: Signal) =>
  told(api.runs(here, { params: { id: engagement }, ...filled(query), ...until(signal) }))
export const getRun = (id: string, signal?: Signal) =>
  told(api.run(here, { params: { id }, ...until(signal) }))
export const lookAtRun = (id: string, endsFixedLook: boolean) =>
  told(api.lookAtRun(here, { params: { id }, body: { endsFixedLook } }))
export const closeRun = (id: string) => told(api.closeRun(here, { params: { id } }))

type SampleQuery = QueryOf<typeof api.samples>
/** Samples of a run in the order of tasks and attempts, from behind one on. */
export const listSamples = (id: string, query: SampleQuery, signal?: Signal) =>
  told(api.samples(here, { params: { id }, ...filled(query), ...until(signal) }))

export type SampleName = { readonly run: string; readonly task: string; readonly epoch: number }

/** One sample of a run; null where there is none. */
export async function getSample(
  { run, task, epoch }: SampleName,
  signal?: Signal,
): Promise<Sample | null> {
  const query = { afterTask: task, afterEpoch: epoch - 1, limit: 1 }
  const { items } = await listSamples(run, query, signal)
  return items.find((one) => one.task === task && one.epoch === epoch) ?? null
}

/** Events of a transcript: an answer may hold fewer than were asked for where they are large. */
export async function readEvents(
  { run, task, epoch }: SampleName,
  { from, count }: { readonly from: number; readonly count: number },
  signal?: Signal,
): Promise<readonly TranscriptEvent[]> {
  const params = { id: run, task, epoch: String(epoch) }
  const events: TranscriptEvent[] = []
  while (events.length < count) {
    const query = { from: from + events.length, count: count - events.length }
    const slice = await told(api.transcript(here, { params, query, ...until(signal) }))
    events.push(...slice.events)
    if (slice.events.length === 0) break
  }
  return events
}
