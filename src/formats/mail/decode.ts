import type { Decoded, Decoder, Material, Problem } from '#formats/finding/decoder.ts'
import type { Finding } from '#formats/finding/finding.ts'
import { patternAnyCase } from '#formats/text/pattern.ts'
import { isMbox, messagesMax, messagesOf } from './mbox.ts'
import { findingOfThread } from './report.ts'
import { readMessage, type Thread, threadsOf } from './thread.ts'

const raw = String.raw

/** Fields that every mail has one of, and that other texts do not begin with. */
const telling = patternAnyCase(
  raw`^(?:from|to|cc|subject|date|message-id|received|return-path|mime-version`,
  raw`|delivered-to|reply-to|content-type|in-reply-to|references|dkim-signature`,
  raw`|x-[\w-]{1,40}):`,
)
const sure = new Set(['from', 'date', 'message-id', 'received', 'mime-version', 'subject', 'to'])

const headLinesMax = 200

/** Lines that are no field before which a head is still one; old mail programs write some. */
const oddLinesMax = 3

function recognise(material: Material): 0 | 1 | 2 | 3 {
  if (material.kind !== 'text') return 0
  const { text } = material
  if (isMbox(text)) return 3
  const known = new Set<string>()
  let odd = 0
  for (const [at, line] of text.slice(0, 60_000).split(/\r?\n/, headLinesMax).entries()) {
    if (line === '') break
    if (/^[ \t]/.test(line) && known.size > 0) continue
    if (/^[!-9;-~]{1,80}:/.test(line)) {
      if (telling.test(line)) known.add(line.slice(0, line.indexOf(':')).toLowerCase())
    } else if (!(at === 0 && /^From \S{3,300}@\S+$/.test(line)) && ++odd > oddLinesMax) return 0
  }
  const certain = [...known].filter((name) => sure.has(name)).length
  if (odd > 0 && certain < 4) return 0
  if (known.has('from') && certain >= 3) return 3
  return known.has('from') && known.size >= 2 ? 2 : 0
}

function decode(material: Material): Decoded {
  if (material.kind !== 'text' || material.text.trim() === '') {
    return { findings: [], components: [], problems: [] }
  }
  const raw = messagesOf(material.text)
  const problems: Problem[] = []
  if (raw.length >= messagesMax) {
    problems.push({
      code: 'too-large',
      why: `holds ${messagesMax} messages or more; what follows is in the last of them`,
      hint: 'cut the mailbox into smaller files',
      lost: false,
    })
  }
  const threads = threadsOf(raw.map(readMessage))
  const findings = threads.map((thread): Finding => read(thread, problems))
  return { findings, components: [], problems }
}

function read(thread: Thread, problems: Problem[]): Finding {
  const { finding, remarks } = findingOfThread(thread)
  for (const why of remarks) {
    problems.push({ code: 'bad-value', why, line: thread.root.line, lost: false })
  }
  return finding
}

/** Mails as maintainers get them: single ones and mailboxes. */
export const mailDecoder: Decoder = {
  name: 'mail',
  title: 'E-mail messages (.eml) and mailboxes (mbox)',
  source:
    'RFC 5322 (messages), RFC 2045 to 2047 and 2231 (MIME), RFC 3676 (flowed text), RFC 4155 ' +
    '(mbox), RFC 3156 and 9580 (PGP-signed mail)',
  recognise,
  decode,
}
