import type { Job } from '../../api/types.ts'

type StateWord = { readonly word: string; readonly sign: string; readonly tone: string }

export const stateWords: Readonly<Record<Job['state'], StateWord>> = {
  failed: { word: 'Failed', sign: '✗', tone: 'text-danger' },
  retry: { word: 'Will be tried again', sign: '↻', tone: 'text-warn' },
  running: { word: 'Running', sign: '▸', tone: '' },
  waiting: { word: 'Waiting', sign: '○', tone: '' },
  done: { word: 'Done', sign: '✓', tone: 'text-good' },
  cancelled: { word: 'Cancelled', sign: '–', tone: 'text-quiet' },
}

/** What needs a person first. */
export const jobStates = ['failed', 'retry', 'running', 'waiting', 'done', 'cancelled'] as const
