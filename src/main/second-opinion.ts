import {
  instruction,
  opinionOf,
  questionOf,
  reasonOf,
  type Told,
} from '#features/correlate/second-opinion.ts'
import type { Suggestion, Triage, TriagedReport } from '#features/exchange/triage.ts'
import { environmentOf } from '#platform/config/environment.ts'
import { chat } from '#platform/http/chat.ts'
import type { ExitCode } from './exit.ts'
import { tell } from './output.ts'

export type SecondOpinionOptions = {
  /** Base address of an OpenAI-compatible endpoint; without it nothing leaves the machine. */
  readonly secondOpinion?: string
  readonly secondOpinionModel?: string
}

/** Pairs that are asked about at most, the most probable first. */
const askedMax = 50
const timeoutMs = 60_000

/**
 * Asks a model about the suggestions, if the user named one. It says beforehand what leaves the
 * machine, and the answers only add a reason to a suggestion: they merge nothing and drop nothing.
 */
export async function withSecondOpinions(
  triage: Triage,
  options: SecondOpinionOptions,
): Promise<{ triage: Triage; code: ExitCode }> {
  const address = options.secondOpinion
  if (address === undefined || triage.suggestions.length === 0) return { triage, code: 0 }
  const base = URL.parse(address)
  if (!base || !isAllowed(base)) {
    tell(['parley: --second-opinion takes an https address, or http on this machine'])
    return { triage, code: 2 }
  }
  const model = options.secondOpinionModel ?? 'default'
  const asked = triage.suggestions.slice(0, askedMax)
  tell([
    `Second opinion: sending the titles and texts of ${asked.length} pairs of reports to ` +
      `${base.origin} (model "${model}"). Nothing else leaves this machine.`,
  ])
  const reports = new Map(
    triage.cases.flatMap((one) => one.reports.map((report) => [report.id, report] as const)),
  )
  const { secondOpinionKey: key } = environmentOf()
  const suggestions: Suggestion[] = []
  let code: ExitCode = 0
  for (const suggestion of triage.suggestions) {
    const [one, other] = suggestion.reports.map((id) => told(reports.get(id)))
    const isAsked = code === 0 && asked.includes(suggestion)
    if (!one || !other || !isAsked) {
      suggestions.push(suggestion)
      continue
    }
    const user = questionOf(one, other)
    const request = { base, model, system: instruction, user, timeoutMs }
    const answer = await chat({ ...request, ...(key !== undefined && { key }) })
    if (!answer.ok) {
      tell([`parley: second opinion: ${answer.refusal.why}; the suggestions stand as they are`])
      code = 6
    }
    const opinion = answer.ok ? opinionOf(answer.value) : null
    const reason = opinion && reasonOf(model, opinion)
    suggestions.push(
      reason ? { ...suggestion, because: [...suggestion.because.slice(0, 4), reason] } : suggestion,
    )
  }
  return { triage: { ...triage, suggestions }, code }
}

const told = (report: TriagedReport | undefined): Told | null =>
  report ? { title: report.finding.title, text: report.finding.details ?? '' } : null

const isAllowed = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' ||
  (protocol === 'http:' && /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname))
