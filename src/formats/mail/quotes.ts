import { pattern, patternAnyCase } from '#formats/text/pattern.ts'

const raw = String.raw

/** A message's text taken apart: what its sender wrote, and what stands there from others. */
export type Parts = {
  /** The sender's own words, without signature and list footer. */
  readonly own: string
  /** Quoted text of earlier messages with one level of quotes taken off. */
  readonly quoted: string
  /** A forwarded message below the own words, if any. */
  readonly forwarded?: Forwarded
}

export type Forwarded = {
  readonly text: string
  readonly from?: string
  readonly date?: string
  readonly subject?: string
}

/** The line above a quote: `On Mon, 3 Jun 2024, Ada wrote:`, in the languages of big providers. */
const attribution = patternAnyCase(
  raw`^(?:on .{4,200}(?:wrote|writes)|am .{4,200}schrieb.{0,80}|le .{4,200}a écrit`,
  raw`|el .{4,200}escribió|il .{4,200}ha scritto|op .{4,200}schreef.{0,80}`,
  raw`|em .{4,200}escreveu|.{3,120}(?:wrote|writes)`,
  raw`|\*?from:?\*?\s.{3,200}\ssent:.{0,200})\s?:?\s*$`,
)

/** What mail programs put above a message that is forwarded or answered in full below. */
const divider = pattern(
  raw`^(?:-{3,20} ?(?:Forwarded [Mm]essage|Original [Mm]essage|Weitergeleitete Nachricht`,
  raw`|Ursprüngliche Nachricht|Message transféré|Mensaje reenviado).{0,60}`,
  raw`|Begin forwarded message:`,
  raw`|_{20,80})$`,
)
const isForwardDivider = /forward|weitergeleitet|transféré|reenviado/i

const footers = pattern(
  raw`^(?:_{20,80}|-{20,80}|--~--~-{5,40}.{0,60}|You received this message because you are`,
  raw`|To unsubscribe (?:from|send|e-?mail|go)|Unsubscribe:|Sent from my |Gesendet von `,
  raw`|Get Outlook for|This (?:e-?mail|message)(?: and any files?)?.{0,60}`,
  raw`(?:confidential|intended (?:only|solely)))`,
)

const headerLine = pattern(
  raw`^[\s>*]{0,6}\*?(From|Date|Sent|Subject|To|Cc|Reply-To|Von|Gesendet|Betreff`,
  raw`|An)\*?:\*?\s?(.{0,500})$`,
)

/** Separates the parts of a message's text, line by line. */
export function partsOfText(text: string): Parts {
  const lines = text.split('\n')
  const own: string[] = []
  const quoted: string[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (divider.test(line.trim()) && hasHeaders(lines, at + 1)) {
      const below = readForwarded(lines, at + 1)
      if (isForwardDivider.test(line)) {
        return { own: tidy(own), quoted: quoted.join('\n').trim(), forwarded: below }
      }
      quoted.push(below.text)
      break
    }
    if (line.startsWith('>')) quoted.push(line.replace(/^> ?/, ''))
    else if (isAttribution(lines, at)) at += attributionLength(lines, at) - 1
    else own.push(line)
  }
  return { own: tidy(own), quoted: quoted.join('\n').trim() }
}

/** Two header lines at least make a forwarded or answered message out of what follows. */
function hasHeaders(lines: readonly string[], at: number): boolean {
  const near = lines.slice(at, at + 8)
  return near.filter((line) => headerLine.test(line)).length >= 2
}

function isAttribution(lines: readonly string[], at: number): boolean {
  return attributionLength(lines, at) > 0
}

/** How many lines the attribution takes (it may be wrapped), if a quote follows; else 0. */
function attributionLength(lines: readonly string[], at: number): number {
  const line = (lines[at] ?? '').trim()
  if (line === '' || line.length > 300) return 0
  for (const length of [1, 2, 3]) {
    const joined = lines
      .slice(at, at + length)
      .join(' ')
      .trim()
    if (joined.length > 400) return 0
    const behind = lines.slice(at + length, at + length + 3).find((one) => one.trim() !== '')
    if (behind?.startsWith('>') && attribution.test(joined)) return length
  }
  return 0
}

function readForwarded(lines: readonly string[], from: number): Forwarded {
  const fields: { from?: string; date?: string; subject?: string } = {}
  let at = from
  while (at < lines.length && (lines[at] ?? '').trim() === '') at++
  for (; at < lines.length; at++) {
    const match = headerLine.exec(lines[at] ?? '')
    if (!match?.[1]) break
    const value = (match[2] ?? '').replace(/^\*|\*$/g, '').trim()
    if (/^(?:from|von)$/i.test(match[1])) fields.from ??= value
    else if (/^(?:date|sent|gesendet)$/i.test(match[1])) fields.date ??= value
    else if (/^(?:subject|betreff)$/i.test(match[1])) fields.subject ??= value
  }
  const rest = lines.slice(at).map((line) => line.replace(/^> ?/, ''))
  return { text: tidy(rest), ...fields }
}

/** Without the signature (`-- `), the footer of a list, and blank lines around. */
function tidy(lines: readonly string[]): string {
  let end = lines.length
  const mark = lines.findLastIndex((line) => line === '-- ' || line === '--')
  // A signature is short; two dashes with pages behind them are a rule.
  if (mark >= 0 && end - mark <= signatureLinesMax) end = mark
  for (let at = Math.max(0, end - footerLinesMax); at < end; at++) {
    if (footers.test((lines[at] ?? '').trim()) && isFooter(lines.slice(at, end))) {
      end = at
      break
    }
  }
  return lines.slice(0, end).join('\n').trim()
}

const signatureLinesMax = 30
const footerLinesMax = 25

/** A rule of dashes ends the text only if what follows talks of a list or of itself. */
const isFooter = (lines: readonly string[]): boolean =>
  !/^[-_]/.test((lines[0] ?? '').trim()) ||
  patternAnyCase(
    raw`mailing list|unsubscribe|listinfo|confidential|subscribed|https?://lists?\.`,
  ).test(lines.join('\n'))
