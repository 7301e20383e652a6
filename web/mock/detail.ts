import type { Case, CaseReport, CaseRow } from '../api/types.ts'
import { noOf, people, reportsOf } from './rows.ts'

/** A case as the service tells it, from its row. */
export function detailOf(row: CaseRow): Case {
  const reportList = reportsOf(row)
  const isExploited = row.isExploited
  return {
    ...row,
    mergedInto: null,
    edited: [],
    hold:
      row.status === 'waiting'
        ? {
            why: 'The maintainer was asked for the affected versions',
            owner: 'Maintainer of the package',
            until: '2026-11-27T14:00:00.000Z',
          }
        : null,
    credits: creditsOf(reportList),
    weaknesses: [{ id: 787, name: 'Out-of-bounds Write' }],
    components: [],
    priority: {
      deployer: row.decision,
      coordinator: isExploited ? 'Act' : 'Attend',
      directive: {
        row: isExploited ? 3 : 11,
        deadline: isExploited ? '3 days' : 'next upgrade',
      },
      inputs: inputsOf(row),
      rules: ['SSVC Deployer 3.0, row 24', 'BOD 26-04, row 11', 'CISA Coordinator 2.0.3, row 7'],
    },
    known: row.isPublic ? row.aliases : [],
    relations: [],
    reportList,
    isReportListCut: row.reports > reportList.length,
    openSuggestions: [],
    history: historyOf(row),
    notes: [],
    banner: row.label,
  }
}

function inputsOf(row: CaseRow): Case['priority']['inputs'] {
  return [
    {
      name: 'Exploitation',
      value: row.isExploited ? 'active' : row.evidence === 'E0' ? 'none' : 'public poc',
      from: row.isExploited ? 'given' : 'derived',
      because: row.isExploited ? 'a report says so' : `the evidence is ${row.evidence}`,
    },
    {
      name: 'System Exposure',
      value: 'open',
      from: 'default',
      because: 'nobody said where it runs',
    },
    {
      name: 'Automatable',
      value: 'yes',
      from: 'derived',
      because: 'CVSS says network, low complexity, no privileges, no interaction',
    },
    {
      name: 'Technical Impact',
      value: 'total',
      from: 'derived',
      because: 'confidentiality, integrity and availability are all high',
    },
    {
      name: 'Human Impact',
      value: 'high',
      from: 'default',
      because: 'nothing is known of who depends on it',
    },
  ]
}

function creditsOf(reports: readonly CaseReport[]): Case['credits'] {
  const names = [...new Set(reports.flatMap(({ finders }) => finders))]
  return names.map((name) => {
    const own = reports.filter(({ finders }) => finders.includes(name))
    return { name, reports: own.length, firstAt: own[0]?.receivedAt ?? '' }
  })
}

function historyOf(row: CaseRow): Case['history'] {
  const opened = {
    id: `event_${noOf(row)}_0`,
    at: row.firstReportedAt,
    by: null,
    kind: 'opened',
    says: 'Opened with the first report',
    undoneBy: null,
    canUndo: false,
  }
  if (row.assignee === null) return [opened]
  return [
    opened,
    {
      id: `event_${noOf(row)}_1`,
      at: row.lastReportedAt,
      by: people[1] ?? null,
      kind: 'assigned',
      says: `Assigned to ${row.assignee.name}`,
      undoneBy: null,
      canUndo: true,
    },
  ]
}
