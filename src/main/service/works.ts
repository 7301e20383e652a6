import type { Work } from '#platform/jobs/jobs.ts'
import type { Instance } from './instance.ts'

/** What runs for each queue. */
export function worksOf(_instance: Instance): Readonly<Record<string, Work>> {
  const nothing: Work = async () => undefined
  return {
    'read-import': nothing,
    'send-notice': nothing,
    'recheck-cases': nothing,
    recluster: nothing,
    prune: nothing,
  }
}
