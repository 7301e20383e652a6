import { parsePurl } from '#formats/purl/parse.ts'
import { formatPurl, type Purl } from '#formats/purl/purl.ts'
import { isPurlType } from '#formats/purl/rule.ts'
import type { TapSubmission } from './intake.ts'
import { agrees, ecosystemCalled, type NamedEcosystem } from './intake-ecosystem.ts'
import { pathTo } from './intake-path.ts'
import type { ViolationCode } from './intake-problem.ts'
import type { SentReport } from './sent-report.ts'
import { type Fault, hasControl, judgeText } from './text-rule.ts'

const purlBytesMax = 512
const softwareBytesMax = 256
const ecosystemBytesMax = 128
const versionBytesMax = 64
const versionsMax = 64

/** What is affected, as far as it could be read. */
export type Package = Pick<TapSubmission, 'purl' | 'software' | 'ecosystem' | 'versions'>

/** Judges which package a report is about: a purl, or an ecosystem with a name in it, or all. */
export function judgePackage(fault: Fault, { texts, lists }: SentReport): Package {
  const { software } = texts
  const purl = texts.purl === undefined ? null : judgePurl(fault, texts.purl)
  const ecosystem = texts.ecosystem === undefined ? null : judgeEcosystem(fault, texts.ecosystem)
  if (software !== undefined) {
    const rule = { text: software, bytesMax: softwareBytesMax, says: 'name' } as const
    judgeText(fault, { field: 'software' }, rule)
  }
  judgePresence(fault, texts)
  if (purl && ecosystem && !agrees(purl, ecosystem)) {
    const reason = 'the purl and the ecosystem are not about the same kind of package'
    const between = { field: 'purl', also_field: 'ecosystem' }
    fault({ code: 'purl_ecosystem_mismatch', ...between, reason })
  }
  return {
    ...(purl && { purl: formatPurl(purl) }),
    ...(software !== undefined && { software }),
    ...(ecosystem && { ecosystem: ecosystem.text }),
    versions: judgeVersions(fault, lists.versions ?? [], purl?.version),
  }
}

/** One violation says what is missing, however little there is. */
function judgePresence(fault: Fault, { purl, software, ecosystem }: SentReport['texts']): void {
  if (purl !== undefined) return
  const refuse = (field: string, reason: string): void =>
    fault({ code: 'missing_field', field, reason })
  if (software === undefined && ecosystem === undefined) {
    refuse('purl', 'give a purl, or both ecosystem and software')
  } else if (software === undefined) refuse('software', 'without a purl, ecosystem needs software')
  else if (ecosystem === undefined) refuse('ecosystem', 'without a purl, software needs ecosystem')
}

function judgePurl(fault: Fault, text: string): Purl | null {
  if (!judgeText(fault, { field: 'purl' }, { text, bytesMax: purlBytesMax })) return null
  const refuse = (reason: string): null => {
    fault({ code: 'invalid_purl', field: 'purl', reason })
    return null
  }
  const parsed = parsePurl(text)
  if (!parsed.ok) return refuse(parsed.refusal.why)
  const purl = parsed.value
  if (!isPurlType(purl.type)) return refuse('its type is none of the specified purl types')
  const { qualifiers, ...parts } = purl
  const decoded = [...Object.values(parts), ...Object.values(qualifiers ?? {})]
  return decoded.some(hasControl) ? refuse('an escape in it is a control character') : purl
}

function judgeEcosystem(fault: Fault, text: string): NamedEcosystem | null {
  if (!judgeText(fault, { field: 'ecosystem' }, { text, bytesMax: ecosystemBytesMax })) return null
  const found = ecosystemCalled(text)
  const reason = 'is no ecosystem of the OSV schema'
  if (found === null) fault({ code: 'unknown_ecosystem', field: 'ecosystem', reason })
  return found
}

/** The versions sent, then that of the purl, which counts under the same limits. */
function judgeVersions(
  fault: Fault,
  sent: readonly string[],
  ofPurl: string | undefined,
): readonly string[] {
  const tooMany = (also?: string): void => {
    const code: ViolationCode = 'too_many_items'
    const reason = `at most ${versionsMax} versions, that of the purl included`
    fault({ code, field: 'versions', reason, ...(also !== undefined && { also_field: also }) })
  }
  if (sent.length > versionsMax) {
    tooMany()
    return []
  }
  const rule = { bytesMax: versionBytesMax, says: 'name' } as const
  for (const [index, text] of sent.entries()) {
    judgeText(fault, { field: pathTo('versions', index) }, { text, ...rule })
  }
  const versions = new Set(sent)
  if (ofPurl === undefined || versions.has(ofPurl)) return [...versions]
  judgeText(fault, { field: 'purl', header: 'its version' }, { text: ofPurl, ...rule })
  versions.add(ofPurl)
  if (sent.length >= versionsMax) tooMany('purl')
  return [...versions]
}
