/** A part of a report's prose that is set in its own way. */
export type Block =
  | { readonly kind: 'text' | 'heading'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string; readonly language: string }

const fence = /^ {0,3}(`{3,}|~{3,})([^`]*)$/
const heading = /^ {0,3}#{1,6}[ \t]+(.*)$/

/**
 * Cuts prose into paragraphs, headings and fenced code, as Markdown writes them (CommonMark 0.31
 * sections 4.2 and 4.5). Everything else stays as it is written: nothing is dropped, and nothing
 * becomes a link or a picture. Plain text comes out as paragraphs.
 */
export function blocksOf(prose: string): Block[] {
  const blocks: Block[] = []
  let lines: string[] = []
  let open: { readonly fence: string; readonly language: string } | null = null
  const end = (kind: 'text' | 'heading'): void => {
    if (lines.some((line) => line.trim() !== '')) blocks.push({ kind, text: lines.join('\n') })
    lines = []
  }
  const endCode = (language: string): void => {
    blocks.push({ kind: 'code', text: lines.join('\n'), language })
    lines = []
  }
  for (const line of prose.split('\n')) {
    const fenced = fence.exec(line)
    if (open) {
      if (fenced && closes(fenced, open.fence)) {
        endCode(open.language)
        open = null
      } else lines.push(line)
    } else if (fenced) {
      end('text')
      open = { fence: fenced[1] ?? '', language: (fenced[2] ?? '').trim() }
    } else if (heading.test(line)) {
      end('text')
      lines.push(heading.exec(line)?.[1] ?? line)
      end('heading')
    } else if (line.trim() === '') end('text')
    else lines.push(line)
  }
  if (open) endCode(open.language)
  else end('text')
  return blocks
}

/** A closing fence is of the same character, at least as long, and has nothing after it. */
const closes = (fenced: RegExpExecArray, open: string): boolean =>
  (fenced[1] ?? '').startsWith(open) && (fenced[2] ?? '').trim() === ''
