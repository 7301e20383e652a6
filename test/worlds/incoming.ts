import { bundleOf } from './bundle.ts'
import { functionOf, packageOf, type Step } from './history.ts'
import type { Call } from './world.ts'

const saysOf = ({ text }: Step): string =>
  `${text}. \`${functionOf(text)}\` trusts the length that the file names and never compares it.`

const proof = {
  ...{ filename: 'crash', content_type: 'application/octet-stream', type: 'reproducer' },
  data: 'AAEC/w==',
}

/** A proof that nobody hands in as such. */
const bundleIn = (step: Step) => ({
  ...{ filename: 'proof.tar', content_type: 'application/x-tar', type: 'reproducer' },
  data: bundleOf(step).toString('base64'),
})

/** A finding as one report says it. */
export function reportOf(step: Step): object {
  const { text, picks } = step
  const own = packageOf(text)
  const severity = (['critical', 'high', 'medium', 'low'] as const)[picks[1] % 4]
  return {
    purl: `pkg:npm/${own}@2.3.${picks[0] % 3}`,
    affected_symbol: {
      file: `src/${own}.c`,
      function: functionOf(text),
      line: 10 + (picks[0] % 3),
    },
    enrichment: { title: text, details: saysOf(step), severity },
    ...(picks[1] % 3 === 0 && { attachments: [proof] }),
    ...(picks[1] % 3 === 1 && { attachments: [bundleIn(step)] }),
  }
}

/** It is handed in byte for byte. */
export const reportCall = (step: Step): Call => ({
  ...{ method: 'POST', path: '/v1/reports', body: Buffer.from(JSON.stringify(reportOf(step))) },
  headers: { 'content-type': 'application/json' },
})

/** Some findings of a scanner. */
export function documentCall(step: Step): Call {
  const results = Array.from({ length: 1 + (step.picks[0] % 3) }, (_, at) => ({
    ruleId: `rule-${at}`,
    message: { text: `${step.text} (${at})` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: `src/${functionOf(step.text)}.c` },
          region: { startLine: 10 + at + (step.picks[1] % 5) },
        },
      },
    ],
  }))
  const runs = [{ tool: { driver: { name: 'Probe' } }, results }]
  return {
    ...{ method: 'POST', path: `/v1/reports/bulk?name=scan-${step.picks[2] % 4}.sarif` },
    body: Buffer.from(JSON.stringify({ version: '2.1.0', runs })),
    headers: { 'content-type': 'application/octet-stream' },
  }
}
