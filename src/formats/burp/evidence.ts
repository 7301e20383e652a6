import type { XmlElement } from '#formats/finding/decoder.ts'
import type { Proof } from '#formats/finding/finding.ts'
import { httpProof } from '#formats/scanner/evidence.ts'
import { attributeOf, childrenOf, firstChild, textOf } from '#formats/xml/element.ts'

/** Exchanges beyond this number are left to the original. */
const exchangesMax = 5
/** Base64 characters of one message that are decoded: a little more than is shown. */
const encodedMax = 32_000

/** Requests with their responses, and the proof of concept that a dynamic analysis found. */
export function proofsOf(issue: XmlElement): Proof[] {
  const exchanges = childrenOf(issue, 'requestresponse').slice(0, exchangesMax)
  const dynamic = childrenOf(issue, 'dynamicAnalysis').flatMap(
    (found) => textOf(found, 'poc') ?? [],
  )
  return [
    ...exchanges.flatMap((one) => [
      ...httpProof(messageOf(firstChild(one, 'request'))),
      ...httpProof(messageOf(firstChild(one, 'response'))),
    ]),
    ...dynamic.map((text) => ({ text })),
  ]
}

/** Messages are base64, unless the export was made without it. */
function messageOf(element: XmlElement | undefined): string | undefined {
  const written = textOf(element)
  if (written === undefined || attributeOf(element, 'base64') !== 'true') return written
  const head = written.slice(0, encodedMax).replace(/\s+/g, '')
  return Buffer.from(head, 'base64').toString('utf8').replaceAll('\r\n', '\n')
}

/** Calls that Burp's own server received from the target, one line each. */
export const interactionsOf = (issue: XmlElement): string[] =>
  childrenOf(issue, 'collaboratorEvent').map((event) => {
    const parts = [
      textOf(event, 'interactionType') ?? 'Some',
      'interaction',
      prefixed('for', textOf(event, 'lookupHost')),
      prefixed('from', textOf(event, 'originIp')),
      prefixed('at', textOf(event, 'time')),
    ]
    return parts.filter((part) => part !== undefined).join(' ')
  })

const prefixed = (word: string, text: string | undefined): string | undefined =>
  text === undefined ? undefined : `${word} ${text}`
