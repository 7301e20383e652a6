import type { Finding } from '#formats/finding/finding.ts'

/**
 * One line that a person recognises a case by: that of the best evidenced report that says more
 * than an identifier. Where none does, the identifier and what it is about.
 */
export function titleOf(findings: readonly Finding[]): string {
  const telling = findings.find((finding) => !isBare(finding)) ?? findings[0]
  if (!telling) return ''
  const title = plain(telling.title)
  const name = telling.components?.[0]?.name
  return isBare(telling) && name !== undefined ? `${title} in ${name}` : title
}

/** Whether a title is nothing but an identifier. */
function isBare({ title, aliases = [], nativeId = '' }: Finding): boolean {
  const low = title.trim().toLowerCase()
  return [...aliases, nativeId].some((id) => id.toLowerCase() === low)
}

const tags = /<\/?(?:code|tt|b|i|em|strong|span|p|br)\s*\/?>/gi

const entities: Readonly<Record<string, string>> = {
  ...{ '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'", '&#39;': "'", '&#039;': "'" },
  '&amp;': '&',
}

/** Some tools write their messages for a browser; a title is read on a terminal as well. */
const plain = (title: string): string =>
  title
    .replaceAll(tags, '')
    .replaceAll(/&(?:lt|gt|quot|apos|amp|#0?39);/g, (found) => entities[found] ?? found)
    .replaceAll(/\s+/g, ' ')
    .trim() || title
