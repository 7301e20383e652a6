import type { EvaluationResult } from '#formats/evaluation/evaluation-result.ts'
import {
  type EvaluationSubject,
  releaseStatement,
  type SubjectVerdict,
} from '#formats/evaluation/subject.ts'

/** One of the seven areas of the framework: what is known, and what only the developer can say. */
export type ReportArea = {
  readonly number: number
  readonly title: string
  readonly known: readonly string[]
  readonly forTheDeveloper: readonly string[]
}

/** A draft, never a report: only an organisation itself reports, on the framework's own pages. */
export type ReportDraft = {
  readonly kind: 'haip-report-draft'
  readonly framework: 'Hiroshima AI Process Reporting Framework, version 2.0'
  readonly status: 'draft'
  readonly role: 'model developer'
  readonly organisation: string | null
  readonly model: string
  readonly note: string
  readonly areas: readonly ReportArea[]
}

export type ReportGiven = {
  readonly result: EvaluationResult
  readonly subject: EvaluationSubject
  readonly verdict: SubjectVerdict | null
}

const note =
  'This is a draft for the developer to complete, correct and submit, or not. It fills in what ' +
  'the evaluation and what was handed to it say; the numbering and the questions of the form ' +
  `itself may differ. ${releaseStatement}`

/**
 * A draft of a developer's report, in its seven areas, from what an evaluation of a model came to.
 * Nothing is guessed: an area that nothing is known of holds only what is left to be written.
 *
 * Source: the seven areas of the G7's code of conduct, as the reporting framework groups them.
 */
export function reportDraftOf(given: ReportGiven): ReportDraft {
  const { subject, result } = given
  return {
    kind: 'haip-report-draft',
    framework: 'Hiroshima AI Process Reporting Framework, version 2.0',
    status: 'draft',
    role: 'model developer',
    organisation: subject.developer ?? null,
    model: subject.model ?? result.model,
    note,
    areas: areas.map(({ known, ...area }, index) => ({
      number: index + 1,
      title: area.title,
      known: [...known(given)],
      forTheDeveloper: area.forTheDeveloper,
    })),
  }
}

type Area = {
  readonly title: string
  readonly known: (given: ReportGiven) => Iterable<string>
  readonly forTheDeveloper: readonly string[]
}

const none = (): Iterable<string> => []

const areas: readonly Area[] = [
  {
    title: 'Risk identification and evaluation',
    known: evaluationFacts,
    forTheDeveloper: [
      'how risks are identified over the life of the model, and who decides what matters',
      'which other evaluations, red teaming and outside experts there were',
      'thresholds, and what follows when one is reached',
    ],
  },
  {
    title: 'Risk management and information security',
    known: securityFacts,
    forTheDeveloper: [
      'measures taken against the risks that were found, and how they are tested',
      'how weights, data and systems are protected, insiders included',
      'how vulnerabilities, incidents and misuse are watched for after deployment',
    ],
  },
  {
    title: 'Transparency about advanced systems',
    known: transparencyFacts,
    forTheDeveloper: [
      'what is published of capabilities, limits and domains of use, and where',
      'how data for training is chosen, and how privacy is kept',
      'what users are told, and how they reach the organisation',
    ],
  },
  {
    title: 'Governance, incidents and accountability of the organisation',
    known: governanceFacts,
    forTheDeveloper: [
      'policies, responsibilities and training of staff for the management of risk',
      'how incidents are handled, documented and shared with others',
      'how concerns can be raised within the organisation',
    ],
  },
  {
    title: 'Authentication and provenance of content',
    known: none,
    forTheDeveloper: [
      'whether and how content that the model makes can be recognised',
      'what users are told when they deal with such a system',
    ],
  },
  {
    title: 'Research and investment in safety',
    known: none,
    forTheDeveloper: [
      'research on safety, security and trustworthiness, and what of it is shared',
      'cooperation with others, and support of standards and tools',
    ],
  },
  {
    title: 'Human and global interests',
    known: none,
    forTheDeveloper: [
      'work on global challenges, literacy and access',
      'how benefits are shared, and who was asked about them',
    ],
  },
]

function* evaluationFacts({ result, verdict, subject }: ReportGiven): Generator<string> {
  const { task, metrics, counts, startedAt, completedAt } = result
  const times = [startedAt, completedAt].flatMap((time) => time ?? [])
  const when = times.length === 0 ? '' : ` (${times.join(' to ')})`
  yield `The model was evaluated with "${task}"${when}; ${counts.planned} attempts were planned.`
  for (const { scorer, name, value, standardError, samples } of metrics) {
    const spread = standardError === null ? '' : `, standard error ${standardError}`
    const size = samples === null ? '' : `, of ${samples} samples that were scored`
    yield `${scorer} ${name}: ${value}${spread}${size}.`
  }
  const outcomes = [...counts.byOutcome].map(([outcome, count]) => `${outcome} ${count}`)
  if (outcomes.length > 0) yield `How attempts ended: ${outcomes.join(', ')}.`
  for (const { organisation, isIndependent } of subject.evaluators ?? []) {
    const said = isIndependent ? 'independent' : 'not independent'
    yield `Evaluator: ${organisation}, ${said} by its own word.`
  }
  if (verdict === null) return
  const { threshold, attempts, alpha } = verdict.declaration
  const rule = `threshold ${threshold}, ${attempts} attempts a task, error ${alpha} a direction`
  yield `Declared before access: ${rule} (declaration SHA-256 ${verdict.digest}).`
  yield `What the declared rule came to: ${verdict.verdict}: ${verdict.wording}.`
}

function* securityFacts({ subject }: ReportGiven): Generator<string> {
  const { window, safeguards, safetyRisk } = subject
  if (window !== undefined) {
    yield `Evaluators had access from ${window.opensAt} to ${window.endsAt} at the latest.`
  }
  if (safeguards !== undefined && safeguards.length > 0) {
    yield `Variants of safeguards that were asked: ${safeguards.join(', ')}.`
  }
  if (safetyRisk !== undefined) yield `The developer's own assessment of the risk: ${safetyRisk}.`
}

function* transparencyFacts({ subject }: ReportGiven): Generator<string> {
  const { version, modalities, plannedReleaseAt, application, training, limitation } = subject
  if (version !== undefined) yield `Version: ${version}.`
  if (modalities !== undefined && modalities.length > 0) {
    yield `Modalities: ${modalities.join(', ')}.`
  }
  if (plannedReleaseAt !== undefined) yield `Release planned for: ${plannedReleaseAt}.`
  if (application !== undefined) yield `What it is for: ${application}`
  if (training !== undefined) yield `What it was made from: ${training}`
  if (limitation !== undefined) yield `Limits: ${limitation}`
  for (const { kind, title, sha256 } of subject.disclosures ?? []) {
    yield `Disclosed to evaluators: ${title} (${kind}, SHA-256 ${sha256}).`
  }
}

function* governanceFacts({ subject }: ReportGiven): Generator<string> {
  for (const { organisation, conflicts } of subject.evaluators ?? []) {
    const said = conflicts.length === 0 ? 'none' : conflicts.join('; ')
    yield `Conflicts of interest that ${organisation} told before access: ${said}.`
  }
}
