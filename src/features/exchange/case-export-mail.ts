import {
  componentsIn,
  componentText,
  detailsOf,
  type ExportedCase,
  handlingOf,
  lineOf,
  proseOf,
  referencesIn,
} from './case-export.ts'

/**
 * A draft of a mail to whoever maintains what is affected (RFC 5322, `X-Unsent` opens it for
 * editing). The sender and the receiver are left for a person to fill in: `From` names an address
 * that cannot exist (RFC 2606), so the draft cannot be sent by accident.
 */
export function mailDraft(exported: ExportedCase): string {
  const { page, by, now } = exported
  const components = componentsIn(exported)
  const about = components[0] ? ` in ${components[0].name}` : ''
  const headers = [
    'X-Unsent: 1',
    `Date: ${dateOf(now)}`,
    `From: ${encodedWords(lineOf(by.person))}\r\n <unsent@parley.invalid>`,
    'To: ',
    `Subject: ${encodedWords(lineOf(`Vulnerability report${about}: ${page.title}`).slice(0, 300))}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
  ]
  const body = Buffer.from(bodyOf(exported).replaceAll('\n', '\r\n'), 'utf8').toString('base64')
  const lines = body.match(/.{1,76}/g) ?? []
  return [...headers, '', ...lines, ''].join('\r\n')
}

/** RFC 5322 section 3.3, in UTC. */
const dateOf = (now: Date): string => now.toUTCString().replace('GMT', '+0000')

/** Encoded, with the name of the header before it, they fit a line of 76 characters. */
const octetsMax = 39

/**
 * A text as encoded words (RFC 2047 section 2): ASCII only, folded, so that nothing in it can end
 * the header. Cut between characters, at most 64 octets a word.
 */
function encodedWords(text: string): string {
  const words: string[] = []
  let part = ''
  for (const character of text) {
    if (Buffer.byteLength(part + character) > octetsMax) {
      words.push(part)
      part = ''
    }
    part += character
  }
  if (part !== '' || words.length === 0) words.push(part)
  return words
    .map((word) => `=?UTF-8?B?${Buffer.from(word, 'utf8').toString('base64')}?=`)
    .join('\r\n ')
}

function bodyOf(exported: ExportedCase): string {
  const { page, by, mark } = exported
  const components = componentsIn(exported)
  const credits = page.credits.map(
    ({ name, firstAt }) => `${lineOf(name)} (${firstAt.slice(0, 10)})`,
  )
  const since = page.firstReportedAt.slice(0, 10)
  const list = (title: string, items: readonly string[]): string[] =>
    items.length === 0 ? [] : ['', title, ...items.map((item) => `  - ${item}`)]
  return [
    page.banner.marking,
    '',
    'Hello,',
    '',
    mark.words('intro'),
    mark.words('confidence'),
    '',
    `What:      ${lineOf(page.title)}`,
    `How grave: ${page.severity}`,
    `Evidence:  ${evidenceWords[page.evidence]}`,
    `Reports:   ${page.reports} by ${page.finders} finders, since ${since}`,
    `Our case:  ${page.id}`,
    ...list(
      'Affected:',
      components.slice(0, 20).map((one) => lineOf(componentText(one))),
    ),
    ...list('Identifiers:', page.aliases.map(lineOf)),
    ...list(
      'Weaknesses:',
      page.weaknesses.map(({ id, name }) => `CWE-${id} ${name}`.trim()),
    ),
    '',
    'Description, as reported:',
    '',
    ...mark
      .prose(proseOf(detailsOf(exported) ?? 'The reports give none.'))
      .split('\n')
      .map((line) => `> ${line}`),
    ...list('References:', referencesIn(exported).slice(0, 20)),
    ...list('Found by:', credits.slice(0, 50)),
    '',
    handlingOf(exported),
    '',
    mark.words('question'),
    '',
    'Regards',
    lineOf(by.person),
    lineOf(by.instance),
    '',
    page.banner.marking,
    '',
  ].join('\n')
}

export const evidenceWords: Readonly<Record<string, string>> = {
  E0: 'claimed (E0)',
  E1: 'located in the code (E1)',
  E2: 'artifacts attached (E2)',
  E3: 'reproduced by us (E3)',
  E4: 'fix verified by us (E4)',
}
