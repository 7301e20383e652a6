import { createHmac, type KeyObject } from 'node:crypto'

/**
 * What Parley itself writes into an export, with two ways to say the same in each pair of braces.
 * Which way is taken tells the exports apart after every invisible mark is gone. The meaning is the
 * same whichever is taken; nothing here stands in a text of anybody else.
 */
const sentences = {
  intro:
    'we {received|were given} reports of what {looks like|appears to be} a vulnerability in ' +
    'software that you {maintain|look after}.',
  confidence:
    'Please {treat this as confidential|keep this confidential} until we have agreed on {a|the} ' +
    'date of publication.',
  question:
    'Could you {tell us|let us know} whether you {can reproduce|are able to reproduce} this, and ' +
    'when you {expect a fix|expect to have a fix}?',
  share:
    '{Share|Pass on} this only {with people|to people} {who|that} need it to {mend|fix} the flaw.',
  keep:
    '{Keep|Store} it where {nobody|no one} else {can|is able to} read it, and {do not|never} ' +
    '{put|paste} it into {public|open} tools.',
  change:
    'It {may|can} change {at any time|any time}: {ask us|check with us} {before|ahead of} ' +
    '{publication|publishing}.',
  origin:
    'What {finders|the finders} wrote {stands|is given} here {in their words|as they wrote it}; ' +
    '{not all|not everything} of it {has been|was} {checked|verified}.',
  attachments:
    '{Attachments|Files} that {came with|belong to} the reports {may|can} {be harmful|do harm}: ' +
    'open them {where they can do no harm|only where they can do no harm}.',
  after:
    '{When|Once} the flaw is {public|published}, {delete|destroy} {what|whatever} you {do not|no ' +
    'longer} need.',
  quote:
    '{Questions|Any questions}? {Give|Quote} the {case|case id} {above|named above} so that ' +
    '{we|our people} find it {quickly|fast}.',
} as const
export type Sentence = keyof typeof sentences
const names = Object.keys(sentences).filter((name): name is Sentence =>
  Object.hasOwn(sentences, name),
)

/** What to do and not to do with an export, in the order it is written in. */
export const handling: readonly Sentence[] = [
  ...(['share', 'keep', 'change', 'origin', 'attachments', 'after', 'quote'] as const),
]

const choice = /\{([^|}]+)\|([^|}]+)\}/g

/** Which of the two ways each pair of a sentence takes: 0 or 1 by its place. */
export type Pick = (sentence: Sentence, at: number) => number

/** The first way everywhere: what is written where nothing is to be told apart. */
export const plainly: Pick = () => 0

/** Choices have numbers across all sentences; one keyed hash of 256 bits decides them all. */
const firstOf = new Map<Sentence, number>()
let choices = 0
for (const name of names) {
  firstOf.set(name, choices)
  choices += [...sentences[name].matchAll(choice)].length
}

/** The ways that the key takes for one export. */
export function pickFor(code: Buffer, key: KeyObject): Pick {
  const mac = createHmac('sha256', key).update('words').update(code).digest()
  return (sentence, at) => {
    const number = (firstOf.get(sentence) ?? 0) + at
    return ((mac[number >> 3] ?? 0) >> (number & 7)) & 1
  }
}

export function wordsOf(sentence: Sentence, pick: Pick): string {
  let at = 0
  return sentences[sentence].replaceAll(choice, (_, one: string, other: string) =>
    pick(sentence, at++) === 0 ? one : other,
  )
}

/** A choice that a text still shows. */
export type Seen = { readonly sentence: Sentence; readonly at: number; readonly took: number }

const escaped = (text: string): string =>
  text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '\\s+')

/** Each sentence as it may be found, its choices as groups, the longer way tried first. */
const patterns = names.map((sentence) => {
  const parts = sentences[sentence].split(choice)
  const source = parts.map((part, at) => {
    if (at % 3 === 0) return escaped(part)
    if (at % 3 === 2) return ''
    const both = [part, parts[at + 1] ?? ''].sort((x, y) => y.length - x.length)
    return `(${both.map(escaped).join('|')})`
  })
  return { sentence, pattern: new RegExp(source.join(''), 'giu') }
})

/** The choices of a text, each once, whatever became of its line ends, spaces and quote signs. */
export function seenIn(text: string): Seen[] {
  const flat = text
    .normalize('NFKC')
    .replaceAll(/\\[nrt]/g, ' ')
    .replaceAll(/\\(?=[\p{P}\p{S}])/gu, '')
    .replaceAll(/(?<=\n)[>\s*-]+/g, ' ')
    .replaceAll(/\s+/g, ' ')
  return patterns.flatMap(({ sentence, pattern }) => {
    const [found] = flat.matchAll(pattern)
    const ways = [...sentences[sentence].matchAll(choice)]
    if (!found) return []
    return ways.map(([, one = ''], at) => {
      const took = found[at + 1]?.toLowerCase() === one.toLowerCase() ? 0 : 1
      return { sentence, at, took }
    })
  })
}
