import type { Proof } from '#formats/finding/finding.ts'

/** Headings under which people put what shows the flaw. */
const telling =
  /\b(poc|proofs?|concept|repro|reproduc\w*|steps|exploit\w*|demonstrat\w*|payload|trigger\w*)\b/i

/** Blocks beyond this number stay in the prose only. */
const blocksMax = 50

/**
 * The code blocks of a Markdown report that stand under a heading such as "Steps to reproduce"
 * or "Proof of concept"; blocks under other headings may as well be the fix.
 */
export function proofsIn(markdown: string | undefined): Proof[] {
  const found: Proof[] = []
  let isTelling = false
  let fence: { readonly mark: string; readonly language: string; readonly lines: string[] } | null =
    null
  for (const line of (markdown ?? '').split('\n')) {
    const text = line.trim()
    if (fence) {
      if (text.startsWith(fence.mark) && text.replaceAll(fence.mark.charAt(0), '') === '') {
        if (isTelling) keep(found, fence)
        fence = null
      } else fence.lines.push(line)
      continue
    }
    const [, mark, language] = /^(`{3,}|~{3,})\s*([\w+#.-]*)/.exec(text) ?? []
    if (mark !== undefined) fence = { mark, language: language ?? '', lines: [] }
    else if (isHeading(text)) isTelling = telling.test(text)
  }
  if (fence && isTelling) keep(found, fence)
  return found
}

/** `## Title`, or a line that is bold as a whole. */
const isHeading = (text: string): boolean =>
  text.length < 200 && (/^#{1,6}\s*\S/.test(text) || /^\*\*[^*]+\*\*:?$/.test(text))

function keep(found: Proof[], fence: { language: string; lines: readonly string[] }): void {
  const text = fence.lines.join('\n').replace(/\r/g, '')
  if (text.trim() === '' || found.length >= blocksMax) return
  found.push(fence.language === '' ? { text } : { language: fence.language, text })
}
