import type { Queue } from '#platform/jobs/jobs.ts'

/** Every kind of background work, as the Jobs page lists it. */
export const queues: readonly Queue[] = [
  {
    name: 'read-import',
    about: 'reads a document that was handed in and turns its findings into reports',
    ...{ retriesMax: 5, retryDelaySeconds: 2, runSecondsMax: 3_600, atOnce: 1 },
  },
  {
    name: 'send-notice',
    about: 'tells a finder, by mail or webhook, what became of a report',
    ...{ retriesMax: 12, retryDelaySeconds: 30, runSecondsMax: 120, atOnce: 2 },
  },
  {
    name: 'send-message',
    about: 'sends a message to a pseudonymous finder by mail',
    ...{ retriesMax: 12, retryDelaySeconds: 30, runSecondsMax: 120, atOnce: 1 },
  },
  {
    name: 'recheck-cases',
    about: 'ranks cases again after public records changed',
    ...{ retriesMax: 3, retryDelaySeconds: 5, runSecondsMax: 3_600, atOnce: 1 },
  },
  {
    name: 'recluster',
    about: 'judges stored reports again with newer parameters and suggests what would change',
    ...{ retriesMax: 3, retryDelaySeconds: 5, runSecondsMax: 14_400, atOnce: 1 },
  },
]
