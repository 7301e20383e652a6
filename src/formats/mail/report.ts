import { crashesIn } from '#formats/crash/crash.ts'
import type { Crash, Finding, Proof } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { ownAndRelated } from '#formats/prose/identifiers.ts'
import { type ReportParts, readReport } from '#formats/prose/report.ts'
import { signsIn } from '#formats/prose/signs.ts'
import { linksIn } from '#formats/scanner/links.ts'
import { pattern, patternAnyCase } from '#formats/text/pattern.ts'
import { creditOf, dateOfMail, mailboxOf, plainSubject } from './address.ts'
import { attachedMessage, attachedParts, isAttached } from './attachments.ts'
import { rawTextOf, textOfMessage } from './body.ts'
import { decodeWords } from './encoded.ts'
import { bytesOf, type Entity, headerOf } from './mime.ts'
import { type Parts, partsOfText } from './quotes.ts'
import type { Message, Thread } from './thread.ts'

const raw = String.raw

/** Signs from which a text counts as a report; see `signsIn`. */
const reportSignsMin = 3

/** One conversation as one finding, and what should be said about how it was read. */
export type ThreadReading = { readonly finding: Finding; readonly remarks: readonly string[] }

/**
 * The first message is the report: its subject the title, its sender the finder. Replies add what
 * they say, the identifiers that they assign, and their attachments; they never make a finding.
 * A message that shows no sign of a report is kept as a finding all the same, and says so.
 */
export function findingOfThread({ root, replies }: Thread): ThreadReading {
  const head = readRoot(root)
  const answers = replies.map((reply) => ({ reply, parts: partsOfLong(textOf(reply.entity)) }))
  const said = answers.map(({ parts }) => parts.own).join('\n\n')
  const files = [root, ...replies].flatMap(({ entity }) => attachedParts(entity))
  const proofs = [...(head.report.proofs ?? []), ...files.map(proofOf)]
  const ids = idsOf(head.report, said)
  const crash = head.report.crash ?? crashIn(files)
  const original = [root, ...replies].map(({ raw }) => raw).join('')
  const finding = present<Finding>({
    ...head.report,
    at: { line: root.line },
    details: detailsOf(head, answers),
    finders: head.finders,
    nativeId: head.report.nativeId ?? root.id,
    aliases: ids.own,
    related: ids.related,
    crash,
    proofs: proofs.slice(0, proofsMax),
    references: [...new Set([...(head.report.references ?? []), ...linksIn(said)])],
    published: head.report.published ?? head.date,
    original,
  })
  return { finding, remarks: head.remarks }
}

const proofsMax = 100

type Head = {
  readonly report: ReportParts
  readonly finders: readonly string[]
  readonly date?: string
  readonly remarks: readonly string[]
  readonly isReport: boolean
}

type Source = {
  readonly text: string
  readonly title: string
  readonly finder?: string
  readonly date?: string
}

/** Reads the report out of the message that holds it: its own text, a forward, a quote, a file. */
function readRoot(root: Message): Head {
  const { text, encrypted } = textOfMessage(root.entity)
  const source = sourceOf(root, text)
  const label = source.title === '' ? '' : `Title: ${source.title}\n\n`
  const report = readReport({ text: `${label}${source.text}` })
  const signs = signsIn(`${source.title}\n\n${source.text}`)
  const isReport = signs >= reportSignsMin || root.entity.children.some(isReportFile)
  const remarks: string[] = []
  if (encrypted) remarks.push('is encrypted or partly so; what is encrypted was not read')
  else if (!isReport) remarks.push('shows no sign of being a vulnerability report; kept as it is')
  const named = report.finders ?? []
  const finders = source.finder === undefined ? named : [source.finder, ...named]
  return {
    report: withoutLabel(report, source.title),
    finders: [...new Set(finders)],
    ...(source.date === undefined ? {} : { date: source.date }),
    remarks,
    isReport,
  }
}

/** The label that carried the subject into the reader is no part of the mail. */
function withoutLabel(report: ReportParts, title: string): ReportParts {
  const { details = '', ...rest } = report
  const text = details.slice(title === '' ? 0 : `Title: ${title}`.length).trim()
  const isNamed = title !== '' || rest.title !== 'untitled report'
  return {
    ...rest,
    ...(isNamed ? {} : { title: 'mail without a subject' }),
    ...(text === '' ? {} : { details: text }),
  }
}

function sourceOf(root: Message, text: string): Source {
  const parts = partsOfLong(text)
  const sender = mailboxOf(headerOf(root.entity, 'from'))
  const date = dateOfMail(headerOf(root.entity, 'date'))
  const title = root.subject
  const written = decodeWords(headerOf(root.entity, 'from') ?? '')
    .trim()
    .slice(0, 200)
  const finder = sender ? creditOf(sender) : written || undefined
  const own: Source = present<Source>({ text: parts.own, title, finder, date })
  const forwarded = forwardedSource(parts, own)
  if (forwarded) return forwarded
  const file = reportFile(root.entity, parts.own)
  if (file !== null) return { ...own, text: `${parts.own}\n\n${file}`.trim() }
  // A reply whose question is not in the file holds the only copy of the report in its quote.
  const isAnswer = root.isReply && parts.quoted !== '' && signsIn(parts.quoted) > signsIn(parts.own)
  return isAnswer ? present<Source>({ ...own, text: parts.quoted, finder: undefined }) : own
}

/** Quotes and footers are looked for up to here; what follows in so long a mail is a log. */
const partedCharsMax = 1_000_000

function partsOfLong(text: string): Parts {
  if (text.length <= partedCharsMax) return partsOfText(text)
  const parts = partsOfText(text.slice(0, partedCharsMax))
  return { ...parts, own: `${parts.own}\n${text.slice(partedCharsMax)}` }
}

const coverLengthMax = 1500

/** A forward with little said above it is about the message below. */
function forwardedSource(parts: Parts, own: Source): Source | null {
  const { forwarded } = parts
  if (!forwarded) return null
  const isCover = parts.own.length < coverLengthMax && signsIn(forwarded.text) >= signsIn(parts.own)
  if (!isCover) return { ...own, text: `${parts.own}\n\n${forwarded.text}` }
  const sender = mailboxOf(forwarded.from) ?? null
  const subject = plainSubject(forwarded.subject)
  return present<Source>({
    text: forwarded.text,
    title: subject === '' ? own.title : subject,
    finder: sender ? creditOf(sender) : (forwarded.from ?? own.finder),
    date: dateOfMail(forwarded.date) ?? own.date,
  })
}

const reportName = /\.(?:md|markdown|txt|rst|html?)$/i

/** The text of an attached report where the mail itself says little. */
function reportFile(entity: Entity, own: string): string | null {
  if (signsIn(own) >= reportSignsMin) return null
  const file = attachedParts(entity).find(isReportFile)
  return file === undefined ? null : rawTextOf(file)
}

const isReportFile = (part: Entity): boolean =>
  isAttached(part) &&
  reportName.test(part.fileName ?? '') &&
  isTextual(part) &&
  signsIn(rawTextOf(part).slice(0, 200_000)) >= reportSignsMin

type Answer = { readonly reply: Message; readonly parts: Parts }

/** The report, then each answer under who wrote it and when. */
function detailsOf(head: Head, answers: readonly Answer[]): string | undefined {
  const texts = answers.flatMap(({ reply, parts }) => {
    if (parts.own === '') return []
    const sender = mailboxOf(headerOf(reply.entity, 'from'))
    const date = dateOfMail(headerOf(reply.entity, 'date'))
    const by = sender ? creditOf(sender) : 'someone'
    return [`--- ${by} answered${date === undefined ? '' : ` on ${date}`}:\n\n${parts.own}`]
  })
  const note = head.isReport ? [] : ['(This mail shows no sign of being a vulnerability report.)']
  const whole = [...note, head.report.details ?? '', ...texts].filter((text) => text !== '')
  return whole.length === 0 ? undefined : whole.join('\n\n')
}

/** An identifier that an answer assigns is the flaw's own; others are only mentioned. */
function idsOf(report: ReportParts, said: string): { own: string[]; related: string[] } {
  const answered = ownAndRelated(said, '')
  const own = [...new Set([...(report.aliases ?? []), ...answered.own])]
  const related = [...new Set([...(report.related ?? []), ...answered.related])]
  return { own, related: related.filter((id) => !own.includes(id)) }
}

const textOf = (entity: Entity): string => textOfMessage(entity).text

const proofLengthMax = 1_000_000

/** Types and names by which an attachment is text that a person can read. */
const textualType = pattern(
  raw`^(?:text/.*|application/(?:json|xml|x-sh|x-python(?:-code)?|javascript|x-patch`,
  raw`|x-diff|sql|x-httpd-php|yaml|x-yaml|sarif\+json|.*\+json|.*\+xml)|message/rfc822)$`,
)
const textualName = patternAnyCase(
  raw`\.(?:txt|md|log|patch|diff|json|xml|c|cc|cpp|h|py|rb|go|rs|js|ts|java|php|sh|pl|lua`,
  raw`|sol|html?|css|ya?ml|toml|sql|csv|sarif|asan|trace|http|conf|ini)$`,
)

function isTextual(part: Entity): boolean {
  if (textualType.test(part.type)) return true
  return textualName.test(part.fileName ?? '') && !/^(?:image|audio|video|font)\//.test(part.type)
}

/** An attachment as a proof: its text, or what it is where it is no text. */
function proofOf(part: Entity): Proof {
  const name = decodeWords(part.fileName ?? 'attachment')
  if (!isTextual(part)) {
    return { text: `[attached file ${name}, ${part.type}, ${bytesOf(part).length} bytes]` }
  }
  const text = (part.type === 'message/rfc822' ? nestedText(part) : rawTextOf(part)).slice(
    0,
    proofLengthMax,
  )
  const language = languageOf(name)
  return { ...(language === null ? {} : { language }), text }
}

const nestedText = (part: Entity): string => textOf(attachedMessage(part))

function languageOf(name: string): string | null {
  const extension = /\.([A-Za-z0-9]{1,10})$/.exec(name)?.[1]?.toLowerCase() ?? ''
  if (extension === 'patch') return 'diff'
  return /^(?:txt|log|eml)?$/.test(extension) ? null : extension
}

/** A sanitizer's log often comes as a file. */
function crashIn(files: readonly Entity[]): Crash | undefined {
  for (const file of files) {
    if (!isTextual(file)) continue
    const found = crashesIn(rawTextOf(file).slice(0, proofLengthMax)).find(
      ({ crash, weight }) => weight !== 'mention' && crash.frames.length > 0,
    )
    if (found) return found.crash
  }
  return undefined
}
