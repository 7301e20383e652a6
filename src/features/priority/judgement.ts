import { type Cvss, cvssOf } from '#formats/cvss/cvss.ts'
import type { DecisionPoint } from '#formats/ssvc/point.ts'
import { automatable, exploitation, technicalImpact } from '#formats/ssvc/points.ts'
import { selectionsOf } from '#formats/ssvc/selection.ts'
import { exploitAmong } from './exploit-signs.ts'
import type { RankInput } from './rank-input.ts'

/** What an input of a decision counts as, where that comes from, and why, for a person. */
export type Judgement = {
  readonly value: string
  readonly from: 'given' | 'derived' | 'default'
  readonly because: string
}

/** The inputs of SSVC that belong to the flaw itself; absent is unknown. */
export type Judgements = {
  readonly exploitation?: Judgement
  readonly automatable?: Judgement
  readonly technicalImpact?: Judgement
}

/** Works out, from what is stated and what follows from it, how SSVC would describe the flaw. */
export function judge(input: RankInput): Judgements {
  const stated = statedIn(input)
  const vectors = vectorsOf(input)
  const exploited = exploitationOf(input, stated, vectors)
  const automation = mostUrgent(automatable, [
    ...stated.filter(({ point }) => point === automatable.name),
    ...vectors.flatMap(automationStated),
  ])
  const impact = mostUrgent(
    technicalImpact,
    stated.filter(({ point }) => point === technicalImpact.name),
  )
  const derivedAutomation = mostUrgent(automatable, vectors.map(automationDerived))
  const derivedImpact = mostUrgent(technicalImpact, vectors.map(impactDerived))
  const judgedAutomation = automation ?? derivedAutomation
  const judgedImpact = impact ?? derivedImpact
  return {
    ...(exploited && { exploitation: exploited }),
    ...(judgedAutomation && { automatable: judgedAutomation }),
    ...(judgedImpact && { technicalImpact: judgedImpact }),
  }
}

type Stated = Judgement & { readonly point: string }

/** The published judgement where there is one, else those of the reports. */
function statedIn({ facts, ssvc }: RankInput): Stated[] {
  const published = selectionsOf(facts?.ssvc ?? {}).values
  const reported = selectionsOf(ssvc ?? {}).values
  const given = (values: Readonly<Record<string, string>>, who: string): Stated[] =>
    Object.entries(values).map(([point, value]) => ({
      ...{ point, value, from: 'given' },
      because: `${who} ${value}`,
    }))
  const fromPublic = given(published, 'the published SSVC judgement is')
  const open = given(reported, 'a report gives the SSVC value').filter(
    ({ point }) => !Object.hasOwn(published, point),
  )
  return [...fromPublic, ...open]
}

type Scored = { readonly vector: string; readonly cvss: Cvss }

/** The valid vectors among texts, scored. */
export const scoredAmong = (vectors: readonly string[]): readonly Scored[] =>
  vectors.flatMap((vector) => {
    const found = cvssOf(vector)
    return found === null ? [] : [{ vector, cvss: found }]
  })

/** The vectors of the published records, else those of the reports; what is no vector is not. */
function vectorsOf({ facts, cvss }: RankInput): readonly Scored[] {
  const published = scoredAmong(facts?.cvss ?? [])
  return published.length > 0 ? published : scoredAmong(cvss)
}

/** Of several judgements the most urgent value counts; of equal ones the first. */
function mostUrgent(
  point: DecisionPoint,
  judgements: readonly (Judgement | null)[],
): Judgement | undefined {
  let best: Judgement | undefined
  for (const one of judgements) {
    if (one === null) continue
    const rank = point.values.indexOf(one.value)
    if (best === undefined || rank > point.values.indexOf(best.value)) best = one
  }
  return best && { value: best.value, from: best.from, because: best.because }
}

/**
 * Evidence of exploitation from all sides. CERT/CC also offers a list of weaknesses whose method is
 * well known; it is not used, for CISA judged three of four such records to have no public proof.
 */
function exploitationOf(
  input: RankInput,
  stated: readonly Stated[],
  vectors: readonly Scored[],
): Judgement | undefined {
  const { facts, references = [] } = input
  const judged = [
    ...stated.filter(({ point }) => point === exploitation.name),
    ...vectors.flatMap(maturityStated),
  ]
  const found: Judgement[] = []
  const add = (value: string, from: Judgement['from'], because: string): void => {
    found.push({ value, from, because })
  }
  if (facts?.kev === 'listed') add('active', 'given', 'it stands in the KEV catalogue')
  if (facts?.exploited) add('active', 'given', 'a published record says that it is exploited')
  if (input.exploited) add('active', 'given', 'a report says that it is exploited')
  const link = exploitAmong(references)
  if (link !== undefined) add('public poc', 'derived', `a reference is an exploit: ${link}`)
  if (input.hasProof || input.evidence >= 'E2') {
    add('public poc', 'derived', 'a proof is attached: whoever has the report has the exploit')
  }
  return mostUrgent(exploitation, [...found, ...judged])
}

const says = (vector: string, metric: string): string => `${vector.slice(0, 200)} says ${metric}`

/** Exploit maturity of CVSS: CERT/CC takes it for the state of exploitation. */
function maturityStated({ vector, cvss }: Scored): Judgement[] {
  const { E: maturity = 'X' } = cvss.metrics
  const values = cvss.version === '4.0' ? maturityOf4 : maturityOfOlder
  const value = Object.hasOwn(values, maturity) ? values[maturity] : undefined
  if (value === undefined) return []
  return [{ value, from: 'given', because: says(vector, `E:${maturity}`) }]
}

const maturityOf4: Readonly<Record<string, string>> = { A: 'active', P: 'public poc', U: 'none' }
const maturityOfOlder: Readonly<Record<string, string>> = {
  ...{ H: 'public poc', F: 'public poc', P: 'public poc', POC: 'public poc', U: 'none' },
}

/** Version 4's supplemental metric, which CERT/CC means to be the same as SSVC's. */
function automationStated({ vector, cvss }: Scored): Judgement[] {
  const stated = cvss.version === '4.0' ? cvss.metrics['AU'] : undefined
  if (stated !== 'Y' && stated !== 'N') return []
  const value = stated === 'Y' ? 'yes' : 'no'
  return [{ value, from: 'given', because: says(vector, `AU:${stated}`) }]
}

const reason = (vector: string, found: string): string => `${vector.slice(0, 200)}: ${found}`

/**
 * Network, low complexity, no privileges, nobody needed: CERT/CC's own proposal (CERTCC/SSVC issue
 * 1187), which agrees with CISA's judgement of 96 in 100 records.
 */
function automationDerived({ vector, cvss }: Scored): Judgement {
  const { AV, AC, AT = 'N', PR, UI = 'N', Au } = cvss.metrics
  const isFree = PR === 'N' || Au === 'N'
  const isYes = AV === 'N' && AC === 'L' && AT === 'N' && isFree && UI === 'N'
  const found = isYes ? 'anyone can, over the network, alone' : 'takes access, rights or a person'
  return { value: isYes ? 'yes' : 'no', from: 'derived', because: reason(vector, found) }
}

/**
 * CERT/CC's mapping (SSVC, information sources): high impact on confidentiality and integrity of
 * the vulnerable system is total. It calls version 3 with changed scope ambiguous; there the same
 * rule is taken, which agrees with CISA's judgements as often as elsewhere.
 */
function impactDerived({ vector, cvss }: Scored): Judgement {
  const { C, I, VC = C, VI = I } = cvss.metrics
  const high = cvss.version === '2.0' ? 'C' : 'H'
  const isTotal = VC === high && VI === high
  const found = isTotal
    ? 'confidentiality and integrity are lost'
    : 'confidentiality or integrity is kept'
  return { value: isTotal ? 'total' : 'partial', from: 'derived', because: reason(vector, found) }
}
