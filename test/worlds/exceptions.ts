import type { Who } from './cast.ts'

/** What an outsider may notice of records that they may not see, and why that is so. */
export type Exception = {
  /** The route's name. */
  readonly route: string
  readonly who: readonly Who[]
  /** What of the answer they may notice; all of it where nothing is said. */
  readonly only?: RegExp
  /** They may ask it of what is out of their sight, too, and are answered. */
  readonly ofHidden?: true
  /** As docs/operations/threat-model.md has it. */
  readonly because: string
}

const auditors = ['otto', 'bela', 'odo', 'dora'] as const
const ledgerRoutes = [
  ...['ledgerEntries', 'ledgerEntry', 'ledgerCheckpoint', 'ledgerAnomalies', 'caseSeen'],
  'personLedger',
] as const

/** The whole list: everything else is the same, byte for byte. */
export const exceptions: readonly Exception[] = [
  ...ledgerRoutes.map((route) => ({
    ...{ route, who: auditors },
    because:
      'the ledger is one for all: who audits it sees that something was done, never what it says',
  })),
  {
    ...{ route: 'reportSeen', who: auditors, ofHidden: true },
    because: 'who audits sees who has seen any report, also once it is out of their own sight',
  },
  ...['listHoney', 'alerts'].map((route) => ({
    ...{ route, who: auditors },
    because: 'who audits knows every honey case, and that somebody opened one, whatever its label',
  })),
  {
    ...{ route: 'events', who: auditors },
    only: /^id: .*\nevent: alert\ndata: .*\n\n/gm,
    because: 'who audits hears of an alert at once, by its id',
  },
  {
    ...{ route: 'tokens', who: auditors },
    only: /(?<="lastUsedAt":)(?:null|"[^"]*")/g,
    because: 'who administers access sees when a token was last used, never for what',
  },
  {
    ...{ route: 'organisations', who: auditors },
    only: /(?<="lastSeenAt":)(?:null|"[^"]*")/g,
    because: 'who administers access sees when a person signed in last, never what for',
  },
  {
    ...{ route: 'jobs', who: ['bela', 'dora'] },
    because: 'who runs the instance sees how much background work there is, by ids alone',
  },
  {
    ...{ route: 'metrics', who: ['bela', 'dora'] },
    because: 'who runs the instance sees how many requests there are and how long they take',
  },
  {
    ...{ route: 'proofWorkers', who: ['bela', 'dora'] },
    only: /(?<="done":)\d+/g,
    because: 'who runs the instance sees how many proofs each worker ran, whatever they are of',
  },
]

/** What is not compared: nothing, some of an answer, answers on what is hidden, or all of them. */
export function excepted(route: string, who: Who): RegExp | 'nothing' | 'hidden' | 'everything' {
  const found = exceptions.find((one) => one.route === route && one.who.includes(who))
  if (found?.ofHidden) return 'hidden'
  return found ? (found.only ?? 'everything') : 'nothing'
}
