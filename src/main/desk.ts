import { readFileSync } from 'node:fs'
import { z } from 'zod'
import {
  EngagementListWire,
  EngagementWire,
  EvaluatorListWire,
  EventListWire,
} from '#features/engagement/engagement.wire.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { no, type Result, yes } from '#kernel/result.ts'
import { manyLines, oneLine } from '#platform/terminal/visible.ts'
import { AskedInstance } from './asked-instance.ts'
import { deskExample } from './desk-example.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { print, tell } from './output.ts'
import { unreadable } from './small-file.ts'

export type DeskOptions = { readonly to?: string; readonly json?: boolean }

function refused({ code, why, hint }: Refusal): ExitCode {
  tell([`parley: ${why}`, ...(hint === undefined ? [] : [`  ${hint}`])])
  return exitCodeFor(code)
}

/** Asks a service and shows the answer: as JSON where that is wanted, else in lines. */
async function shown<S extends z.ZodType>(
  options: DeskOptions,
  { call, shape, body }: { readonly call: string; readonly shape: S; readonly body?: unknown },
  linesOf: (value: z.output<S>) => readonly string[],
): Promise<ExitCode> {
  const client = AskedInstance.of(options.to)
  if (!client.ok) return refused(client.refusal)
  const answer = await client.value.ask(call, shape, body)
  if (!answer.ok) return refused(answer.refusal)
  const { value } = answer
  print(options.json ? [JSON.stringify(value, null, 2)] : linesOf(value).map(manyLines))
  return 0
}

type Face = z.infer<typeof EngagementListWire>['items'][number]

const accessWords = { before: 'not open yet', open: 'open', paused: 'paused' } as const

function accessText(access: Face['access']): string {
  switch (access.is) {
    case 'none':
      return 'no access agreed'
    case 'over':
      return `access ended ${access.endedAt}${access.why === null ? '' : ` (${access.why})`}`
    default:
      return `access ${accessWords[access.is]}, ${access.opensAt} to ${access.endsAt}`
  }
}

const faceText = ({ id, state, side, model, developer, evaluator, access, waitsFor }: Face) =>
  [
    ...[id, state, oneLine(`${model.name} ${model.version}`)],
    oneLine(side === 'developer' ? `to ${evaluator.name}` : `from ${developer.name}`),
    accessText(access),
    ...(waitsFor === null ? [] : [`waits for the ${waitsFor}`]),
  ].join('  ')

const nothing = 'Nothing here holds, delays or permits a release.'

/** Lists the engagements of whoever the token is of. */
export const runDeskList = (options: DeskOptions): Promise<ExitCode> =>
  shown(options, { call: 'GET /v1/engagements', shape: EngagementListWire }, ({ items, next }) => [
    ...(items.length === 0 ? ['No engagements.'] : items.map(faceText)),
    ...(next === null ? [] : ['There are more; ask the API for the next page.']),
  ])

/** Lists to whom a model can be offered. */
export const runDeskEvaluators = (options: DeskOptions): Promise<ExitCode> =>
  shown(options, { call: 'GET /v1/evaluators', shape: EvaluatorListWire }, ({ items }) =>
    items.length === 0
      ? ['Nobody evaluates models here: an organisation of the kind "evaluator" is needed.']
      : items.map(({ id, name }) => `${id}  ${oneLine(name)}`),
  )

/** Shows one engagement: where it stands, its terms, and what may be said now. */
export const runDeskShow = (id: string, options: DeskOptions): Promise<ExitCode> =>
  shown(options, { call: `GET ${pathOf(id)}`, shape: EngagementWire }, engagementLines)

const pathOf = (id: string): string => `/v1/engagements/${encodeURIComponent(id)}`

function engagementLines(found: z.infer<typeof EngagementWire>): readonly string[] {
  const latest = found.versions.at(-1)
  const changes = latest?.changes.map(({ at, was, is, allows }) => {
    const what = allows === null ? '' : ` (allows ${allows})`
    return `  ${at}: ${was || 'nothing'} -> ${is || 'nothing'}${what}`
  })
  const released = found.releasedAt === null ? '' : `, released ${found.releasedAt}`
  return [
    faceText(found),
    `planned release ${found.plannedReleaseAt}${released}`,
    `version ${latest?.number} by the ${latest?.by}, digest ${found.digest}`,
    ...(changes === undefined || changes.length === 0 ? [] : ['changed:', ...changes]),
    ...(found.acceptedBy.length === 0 ? [] : [`accepted by the ${found.acceptedBy.join(', ')}`]),
    `you may: ${found.mayDo.join(', ')}`,
    nothing,
  ]
}

/** Offers a model as a file says it. */
export async function runDeskOffer(file: string, options: DeskOptions): Promise<ExitCode> {
  const body = jsonIn(file)
  if (!body.ok) return refused(body.refusal)
  const shape = z.object({ id: z.string(), digest: z.string() })
  const asked = { call: 'POST /v1/engagements', shape, body: body.value }
  return shown(options, asked, ({ id, digest }) => [`${id}  offered, digest ${digest}`, nothing])
}

function jsonIn(file: string): Result<unknown> {
  try {
    const text = readFileSync(file === '-' ? 0 : file, 'utf8')
    if (text.trim() === '') return no({ code: 'malformed', why: `${file}: is empty` })
    return yes(JSON.parse(text))
  } catch (error) {
    if (error instanceof SyntaxError) {
      return no({ code: 'malformed', why: `${file}: is no JSON (${error.message})` })
    }
    const read = unreadable(error, file)
    return read.ok ? read : no({ ...read.refusal, why: `${file}: ${read.refusal.why}` })
  }
}

export type DeskSayOptions = DeskOptions & {
  readonly file?: string
  readonly digest?: string
  readonly at?: string
}

/** Says something for the side that the token is of. */
export async function runDeskSay(
  id: string,
  kind: string,
  options: DeskSayOptions,
): Promise<ExitCode> {
  const act = actOf(kind, options)
  if (!act.ok) return refused(act.refusal)
  const call = `POST ${pathOf(id)}/acts`
  return shown(options, { call, shape: EngagementWire, body: act.value }, engagementLines)
}

/** The act as the API takes it; what it needs besides its name is named where it is missing. */
function actOf(kind: string, { file, digest, at }: DeskSayOptions): Result<object> {
  const missing = (option: string, why: string) =>
    no({ code: 'bad-usage', why: `"${kind}" needs ${option}: ${why}` } as const)
  switch (kind) {
    case 'accept':
      if (digest === undefined) return missing('--digest', 'of the version that you have read')
      return yes({ kind, digest })
    case 'plan-release':
      if (at === undefined) return missing('--at', 'the moment that is planned')
      return yes({ kind, plannedAt: at })
    case 'extend':
      if (at === undefined) return missing('--at', 'until when')
      return yes({ kind, until: at })
    case 'counter':
    case 'narrow': {
      if (file === undefined) return missing('--file', 'what you propose, as JSON')
      const read = jsonIn(file)
      if (!read.ok) return read
      const value = z.record(z.string(), z.unknown()).safeParse(read.value)
      if (!value.success) return no({ code: 'malformed', why: `${file}: is no JSON object` })
      return yes({ ...value.data, kind })
    }
    default:
      return yes({ kind })
  }
}

/** The developer ends access, or takes its offer back: at once, without a reason. */
export async function runDeskLeave(id: string, options: DeskOptions): Promise<ExitCode> {
  const client = AskedInstance.of(options.to)
  if (!client.ok) return refused(client.refusal)
  const found = await client.value.ask(`GET ${pathOf(id)}`, EngagementWire)
  if (!found.ok) return refused(found.refusal)
  const kind = ['end', 'leave', 'withdraw', 'decline'].find((one) =>
    found.value.mayDo.includes(one),
  )
  if (kind === undefined) {
    print([oneLine(`${id}: ${accessText(found.value.access)}; there is nothing left to leave.`)])
    return 0
  }
  return runDeskSay(id, kind, options)
}

/** Shows who did and looked at what, the newest first. */
export const runDeskLog = (id: string, options: DeskOptions): Promise<ExitCode> =>
  shown(options, { call: `GET ${pathOf(id)}/events?limit=100`, shape: EventListWire }, (found) =>
    found.items.map(({ at, action, person, organisation, fields }) => {
      const who = person?.name ?? organisation ?? 'Parley itself'
      const more = Object.entries(fields).map(([name, value]) => `${name} ${value}`)
      return [at, oneLine(who), action, ...more].join('  ')
    }),
  )

/** Prints an offer to begin with, its moments counted from now. */
export function runDeskExample(now: Date): ExitCode {
  print([JSON.stringify(deskExample(now), null, 2)])
  return 0
}
