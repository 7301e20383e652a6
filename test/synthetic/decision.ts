import type { Decision } from '#features/exchange/triage.ts'
import type { Severity } from '#formats/finding/finding.ts'
import type { Chance } from './chance.ts'

export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const

const outcomes = [
  { deployer: 'immediate', coordinator: 'Act', row: 12, deadline: '3 days & forensic triage' },
  { deployer: 'out-of-cycle', coordinator: 'Attend', row: 7, deadline: '14 days' },
  { deployer: 'scheduled', coordinator: 'Track*', row: 3, deadline: '60 days' },
  { deployer: 'defer', coordinator: 'Track', row: 0, deadline: 'on system upgrade' },
] as const

/** A decision as urgent as its place in the queue makes likely, with all its inputs. */
export function decisionOf(chance: Chance, { rank, of }: { rank: number; of: number }): Decision {
  const share = (rank - 1) / Math.max(of, 1)
  const outcome = outcomes[share < 0.04 ? 0 : share < 0.2 ? 1 : share < 0.75 ? 2 : 3]
  const { row, deadline, deployer, coordinator } = outcome
  return {
    deployer,
    coordinator,
    directive: { row, deadline },
    inputs: inputsOf(chance),
    rules: ['SSVC deployer 1.0.0', 'CISA coordinator 2.0.3', 'BOD 26-04 1.0.0'],
    ...(rank < of
      ? { aboveNext: chance.one(['Both are equally urgent; this one has the higher EPSS.', tie]) }
      : {}),
  }
}

const tie = 'Both are equally urgent and severe; this one has the stronger evidence (E2 over E1).'

function inputsOf(chance: Chance): Decision['inputs'] {
  return [
    {
      name: 'Exploitation',
      value: chance.one(['none', 'public poc', 'active']),
      from: 'derived',
      because: chance.one(['A report carries a proof.', 'No report or known file speaks of it.']),
    },
    {
      name: 'Exposure',
      value: 'open',
      from: 'default',
      because: 'Nobody said where it runs, so the widest exposure is assumed.',
    },
    {
      name: 'Automatable',
      value: chance.one(['yes', 'no']),
      from: chance.one(['given', 'derived']),
      because: chance.one(['osv.json gives it.', 'CVSS says AV:N, AC:L, PR:N and UI:N.']),
    },
    {
      name: 'Technical impact',
      value: chance.one(['total', 'partial']),
      from: 'derived',
      because: 'CVSS gives the impact on confidentiality, integrity and availability.',
    },
    {
      name: 'Human impact',
      value: 'medium',
      from: 'default',
      because: 'Nobody said what depends on it.',
    },
    {
      name: 'Publicly exposed',
      value: 'unknown',
      from: 'default',
      because: 'Unknown counts as exposed; it is not the same as no.',
    },
    { name: 'In KEV', value: 'no', from: 'derived', because: 'kev.json does not list it.' },
  ]
}

export const severityNear = (chance: Chance): Severity =>
  chance.one(['critical', 'high', 'high', 'medium', 'medium', 'medium', 'low', 'info'])
