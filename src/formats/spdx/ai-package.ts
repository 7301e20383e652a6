import { createHash } from 'node:crypto'
import type { EvaluationResult } from '#formats/evaluation/evaluation-result.ts'
import {
  type EvaluationSubject,
  releaseStatement,
  type SubjectVerdict,
} from '#formats/evaluation/subject.ts'
import type { JsonObject } from '#formats/json/reader.ts'

/** What an AI package is made of. */
export type AiPackageGiven = {
  readonly result: EvaluationResult
  readonly subject: EvaluationSubject
  readonly verdict: SubjectVerdict | null
  /** When the document is made, and by whom; null where nobody says. */
  readonly at: Date
  readonly organisation: string | null
}

const context = 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld'
const creation = '_:creation'

/**
 * A model with what an evaluation of it came to, as an AI package in a document of JSON-LD. It
 * claims the AI profile only where all is known that this profile asks for; what is not known is
 * left out, and the package says so.
 *
 * Source: SPDX 3.0.1, its model and JSON schema.
 */
export function aiPackageOf(given: AiPackageGiven): JsonObject {
  const { result, subject } = given
  const base = `https://spdx.org/spdxdocs/parley-${digestOf(given)}`
  const lacking = lackingIn(given)
  const agents = agentsOf(given, base)
  const model = { base, lacking, supplier: agents.developer }
  const licences = ['hasConcludedLicense', 'hasDeclaredLicense'].map((relationshipType) => ({
    type: 'Relationship',
    spdxId: `${base}#${relationshipType}`,
    creationInfo: creation,
    from: `${base}#model`,
    relationshipType,
    to: ['expandedlicensing_NoAssertionLicense'],
  }))
  const elements = [...agents.all, packageOf(given, model), ...licences]
  const profiles = ['core', 'software', ...(lacking.length === 0 ? ['ai'] : [])]
  const document = {
    type: 'SpdxDocument',
    spdxId: `${base}#document`,
    creationInfo: creation,
    name: `${subject.model ?? result.model}, evaluated with ${result.task}`,
    profileConformance: profiles,
    rootElement: [`${base}#model`],
    element: elements.map(({ spdxId }) => spdxId),
  }
  const created = { type: 'CreationInfo', '@id': creation, specVersion: '3.0.1' }
  const by = { created: secondOf(given.at), createdBy: [agents.creator] }
  return { '@context': context, '@graph': [{ ...created, ...by }, document, ...elements] }
}

const digestOf = ({ result, at }: AiPackageGiven): string =>
  createHash('sha256')
    .update(JSON.stringify([result.id, result.task, result.model, at.toISOString()]))
    .digest('hex')
    .slice(0, 32)

const secondOf = (time: Date): string => `${time.toISOString().slice(0, 19)}Z`

/** The second in which something was; null where the text is no time. */
function timeOf(text: string | undefined): string | null {
  const time = Date.parse(text ?? '')
  const isKnown = time >= 0 && time <= Date.UTC(9999, 11, 31)
  return isKnown ? secondOf(new Date(time)) : null
}

/** What the AI profile asks for and nobody said. */
function lackingIn({ subject }: AiPackageGiven): readonly string[] {
  const asked: readonly (readonly [string, unknown])[] = [
    ['who supplies it', subject.developer],
    ['where it is to be had', subject.downloadLocation],
    ['its version', subject.version],
    ['when it is released', timeOf(subject.plannedReleaseAt)],
  ]
  return asked.flatMap(([name, value]) => (value === undefined || value === null ? [name] : []))
}

type Agent = JsonObject & { readonly spdxId: string }

function agentsOf(
  { subject, organisation }: AiPackageGiven,
  base: string,
): {
  readonly all: readonly Agent[]
  readonly creator: string
  readonly developer: string | null
} {
  const agent = (type: string, id: string, name: string): Agent => ({
    ...{ type, spdxId: `${base}#${id}`, creationInfo: creation, name },
  })
  const creator =
    organisation === null
      ? agent('SoftwareAgent', 'parley', 'parley')
      : agent('Organization', 'evaluator', organisation)
  const { developer } = subject
  if (developer === undefined) return { all: [creator], creator: creator.spdxId, developer: null }
  const supplier = agent('Organization', 'developer', developer)
  return { all: [creator, supplier], creator: creator.spdxId, developer: supplier.spdxId }
}

type Modelled = {
  readonly base: string
  readonly lacking: readonly string[]
  readonly supplier: string | null
}

function packageOf(given: AiPackageGiven, { base, lacking, supplier }: Modelled) {
  const { subject, result, verdict } = given
  const releaseTime = timeOf(subject.plannedReleaseAt)
  const { downloadLocation, version, limitation, application, training, safetyRisk } = subject
  return {
    type: 'ai_AIPackage',
    spdxId: `${base}#model`,
    creationInfo: creation,
    name: subject.model ?? result.model,
    ...(verdict !== null && { summary: `${verdict.verdict}: ${verdict.wording}` }),
    comment: commentOf(lacking),
    software_primaryPurpose: 'model',
    ...(version !== undefined && { software_packageVersion: version }),
    ...(downloadLocation !== undefined && { software_downloadLocation: downloadLocation }),
    ...(supplier !== null && { suppliedBy: supplier }),
    ...(releaseTime !== null && { releaseTime }),
    ai_metric: metricsOf(result).map(entry),
    ...(verdict !== null && { ai_metricDecisionThreshold: thresholdsOf(verdict).map(entry) }),
    ...(limitation !== undefined && { ai_limitation: limitation }),
    ...(application !== undefined && { ai_informationAboutApplication: application }),
    ...(training !== undefined && { ai_informationAboutTraining: training }),
    ...(safetyRisk !== undefined && { ai_safetyRiskAssessment: safetyRisk }),
  }
}

const commentOf = (lacking: readonly string[]): string =>
  lacking.length === 0 ? releaseStatement : `${releaseStatement} Not known: ${lacking.join(', ')}.`

type Entry = readonly [key: string, value: string]
const entry = ([key, value]: Entry) => ({ type: 'DictionaryEntry', key, value })

/** Outcomes stand beside scores: a share of what was scored says nothing of the rest. */
function metricsOf({ task, metrics, counts }: EvaluationResult): Entry[] {
  const scores = metrics.flatMap(({ scorer, name, value, standardError }): Entry[] => {
    const key = `${task}: ${scorer} ${name}`
    const error: Entry[] =
      standardError === null ? [] : [[`${key}, standard error`, String(standardError)]]
    return [[key, String(value)], ...error]
  })
  const planned: Entry = [`${task}: attempts planned`, String(counts.planned)]
  const outcomes = [...counts.byOutcome].map(
    ([outcome, count]): Entry => [`${task}: attempts that ended as ${outcome}`, String(count)],
  )
  return [...scores, planned, ...outcomes]
}

function thresholdsOf({ declaration, digest }: SubjectVerdict): Entry[] {
  const { threshold, protocol, tokenBudget, alpha } = declaration
  return [
    ['mean score of tasks', String(threshold)],
    ['mean score of tasks: protocol', protocol],
    ['mean score of tasks: tokens an attempt may use', String(tokenBudget)],
    ['mean score of tasks: chance of error in each direction', String(alpha)],
    ['mean score of tasks: SHA-256 of the declaration', digest],
  ]
}
