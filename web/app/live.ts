import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { getSession } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'

/** The topics of `/v1/events`; each event carries the id of what changed, never content. */
const topics = [
  ...(['report', 'import', 'case', 'suggestion', 'job', 'people', 'approval'] as const),
  ...(['read-in', 'alert', 'proof', 'engagement', 'partner', 'run', 'pack'] as const),
] as const
export type Topic = (typeof topics)[number]

/** Which queries an event makes stale. Keys are those of `api/queries.ts` and of the pages. */
const staleBy: Readonly<Record<Topic, (ref: string) => readonly (readonly unknown[])[]>> = {
  report: () => [['overview'], ['finders'], ['facets']],
  import: (ref) => [['imports'], ['import', ref], ['session']],
  case: (ref) => [['case', ref], ['facets'], ['overview']],
  suggestion: () => [['suggestions']],
  job: () => [['jobs']],
  people: () => [['organisations'], ['people']],
  approval: (ref) => [['approvals'], ['approval', ref], ['approval-policy'], ['hold']],
  'read-in': (ref) => [['own-read-ins'], ['read-in-part', ref], ['read-ins']],
  alert: () => [['alerts'], ['read-stops']],
  engagement: (ref) => [
    ...[['engagements'], ['engagement', ref], ['engagement-events', ref]],
    ...[['partners', ref], ['determinations', ref], ['own-partners']],
    ...[
      ['gateway-endpoint', ref],
      ['gateway-closings', ref],
      ['declarations', ref],
      ['runs', ref],
    ],
    ...[['verdicts'], ['reviews'], ['disputes'], ['responses']],
  ],
  partner: () => [['own-partners'], ['partners']],
  run: (ref) => [['run', ref], ['samples', ref], ['runs']],
  pack: (ref) => [['packs'], ['pack', ref]],
  proof: (ref) => [['proof', ref], ['case-proofs'], ['proof-workers'], ['proof-queue']],
}

type Listener = (ref: string) => void
const listeners = new Map<Topic, Set<Listener>>()

/** Calls back for each event of a topic; for pages that do more than read again. */
export function useEvents(topic: Topic, listener: Listener): void {
  useEffect(() => {
    const heard = listeners.get(topic) ?? new Set()
    listeners.set(topic, heard)
    heard.add(listener)
    return () => {
      heard.delete(listener)
    }
  }, [topic, listener])
}

export type Link = 'connecting' | 'live' | 'lost'
let link: Link = 'connecting'
const watchers = new Set<() => void>()

function setLink(next: Link): void {
  link = next
  for (const watcher of watchers) watcher()
}

/** Whether changes of others arrive by themselves just now. */
export const useLink = (): Link =>
  useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => link,
  )

/** Whether the session still stands; a "no" leads to the sign-in page, as of every query. */
const standingQuery = {
  queryKey: ['standing'],
  queryFn: getSession,
  ...{ staleTime: 0, gcTime: 0, retry: false },
} as const

const batchMs = 1000
const retryMsMax = 30_000

/**
 * Keeps the stream of events open. The browser itself resumes a stream that broke, naming the last
 * event it saw; one that was refused is opened anew, and then everything is read again, because
 * what happened in between is unknown.
 */
export function useLiveUpdates(isOn: boolean): void {
  const queries = useQueryClient()
  useEffect(() => {
    if (!isOn) return
    const batch = batchOf(queries)
    let source: EventSource | undefined
    let retry: ReturnType<typeof setTimeout> | undefined
    let retryMs = 1000
    const open = (isAgain: boolean): void => {
      const stream = new EventSource('/v1/events')
      source = stream
      stream.onopen = () => {
        retryMs = 1000
        setLink('live')
        if (isAgain) void queries.invalidateQueries()
      }
      stream.onerror = () => {
        setLink('lost')
        // A server that ends somebody's access ends their stream: it says so when it is asked.
        void queries
          .fetchQuery(standingQuery)
          .then((session) => queries.setQueryData(sessionQuery.queryKey, session))
          .catch(() => undefined)
        if (stream.readyState !== EventSource.CLOSED) return
        retry = setTimeout(() => open(true), retryMs)
        retryMs = Math.min(retryMs * 2, retryMsMax)
      }
      for (const topic of topics) {
        stream.addEventListener(topic, ({ data }) => batch.add(topic, refOf(data)))
      }
    }
    open(false)
    return () => {
      source?.close()
      clearTimeout(retry)
      batch.end()
      setLink('connecting')
    }
  }, [queries, isOn])
}

/** Thousands of events a second, as in an import, become one refresh a second. */
function batchOf(queries: QueryClient) {
  let waiting = new Map<string, { topic: Topic; ref: string }>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    const events = waiting
    waiting = new Map()
    const keys = new Map<string, readonly unknown[]>()
    for (const { topic, ref } of events.values()) {
      for (const key of staleBy[topic](ref)) keys.set(JSON.stringify(key), key)
      for (const listener of listeners.get(topic) ?? []) listener(ref)
    }
    for (const queryKey of keys.values()) void queries.invalidateQueries({ queryKey })
  }
  return {
    add(topic: Topic, ref: string): void {
      waiting.set(`${topic} ${ref}`, { topic, ref })
      // What somebody may no longer see leaves their page at once.
      if (topic === 'read-in') flush()
      else timer ??= setTimeout(flush, batchMs)
    },
    end: () => clearTimeout(timer),
  }
}

function refOf(text: unknown): string {
  if (typeof text !== 'string') return ''
  try {
    const value: unknown = JSON.parse(text)
    const has = typeof value === 'object' && value !== null && 'ref' in value
    return has && typeof value.ref === 'string' ? value.ref : ''
  } catch {
    return ''
  }
}
