import type { EvaluationResult } from '#formats/evaluation/evaluation-result.ts'
import type { EvaluationSubject, SubjectVerdict } from '#formats/evaluation/subject.ts'

/** What an evaluation of a test came to. */
export const evaluated: EvaluationResult = {
  id: 'e1',
  task: 'find-the-flaw',
  taskVersion: '1',
  dataset: null,
  sampleIds: ['a', 'b'],
  model: 'lab/model-1',
  library: { name: 'inspect_ai', version: null },
  status: 'success',
  createdAt: '2026-11-01T10:00:00+00:00',
  startedAt: null,
  completedAt: '2026-11-01T11:00:00.5+00:00',
  epochs: 1,
  limits: new Map([['token_limit', 5_000]]),
  metrics: [
    {
      ...{ scorer: 'match', name: 'accuracy', value: 0.75, samples: 4 },
      ...{ standardError: 0.25, standardDeviation: null },
    },
  ],
  counts: {
    planned: 5,
    present: 4,
    byOutcome: new Map([
      ['success', 3],
      ['not_run', 1],
    ]),
  },
}

/** What a developer said of its model. */
export const subject: EvaluationSubject = {
  developer: 'Lab',
  model: 'Model 1',
  version: '1.0',
  modalities: ['text'],
  plannedReleaseAt: '2026-12-01T09:00:00+02:00',
  downloadLocation: 'https://lab.example/model-1',
  application: 'Answers questions',
  training: 'Texts',
  limitation: 'English only',
  safetyRisk: 'high',
  safeguards: ['all', 'none'],
  evaluators: [{ organisation: 'Institute', isIndependent: true, conflicts: ['a grant'] }],
  window: { opensAt: '2026-11-01T00:00:00Z', endsAt: '2026-11-30T00:00:00Z' },
  disclosures: [{ kind: 'stress-test', title: 'Load', sha256: 'ab'.repeat(32) }],
}

export const verdict: SubjectVerdict = {
  verdict: 'COVERED',
  wording: 'capability at least 0.5 under protocol "bash" and budget 5000 tokens',
  digest: 'cd'.repeat(32),
  declaration: { threshold: 0.5, protocol: 'bash', tokenBudget: 5_000, attempts: 1, alpha: 0.05 },
}
