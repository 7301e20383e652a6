/** A heading, its depth (1 to 6, 7 for a bold or labelled line) and the lines that it rules. */
export type Heading = {
  readonly level: number
  /** Without marks; never empty. */
  readonly title: string
  /** Zero-based line of the heading. */
  readonly line: number
  /** Zero-based first line of what stands below it. */
  readonly body: number
}

/** A fenced code block; lines are zero-based and leave the fences out. */
export type Block = {
  readonly language?: string
  readonly text: string
  readonly line: number
  readonly end: number
}

/** The lines of a Markdown or plain text with what structure they have. */
export type Outline = {
  readonly lines: readonly string[]
  /** For each line whether it lies in a fenced block, fences included. */
  readonly fenced: readonly boolean[]
  readonly headings: readonly Heading[]
  readonly blocks: readonly Block[]
}

const fence = /^[ \t>]{0,12}(`{3,}|~{3,})[ \t]*([\w+#.-]{0,30})/
const atx = /^ {0,3}(#{1,6})[ \t]+(\S.{0,400})$/
const boldLine = /^ {0,3}(?:[-*] )?(?:\*\*|__)([^*_\n]{2,100}?):?(?:\*\*|__):?\s*$/
const setext = /^ {0,3}(?:(={3,})|(-{3,}))\s*$/

/**
 * Reads the structure of a text as CommonMark has it (ATX and setext headings, fenced blocks), with
 * lines that are only bold as headings too, since many reports have no others. One pass.
 */
export function outlineOf(text: string): Outline {
  const lines = text.split(/\r\n|\n|\r/)
  const fenced: boolean[] = []
  const headings: Heading[] = []
  const blocks: Block[] = []
  let open: { mark: string; language: string; line: number } | null = null
  for (const [at, line] of lines.entries()) {
    const mark = fence.exec(line)
    if (open) {
      fenced.push(true)
      if (mark?.[1]?.startsWith(open.mark) && (mark[2] ?? '') === '') {
        blocks.push(blockOf(lines, open, at))
        open = null
      }
      continue
    }
    fenced.push(mark !== null)
    if (mark?.[1]) open = { mark: mark[1], language: mark[2] ?? '', line: at }
    else pushHeading(headings, lines, at)
  }
  if (open) blocks.push(blockOf(lines, open, lines.length))
  return { lines, fenced, headings, blocks }
}

function blockOf(
  lines: readonly string[],
  open: { readonly language: string; readonly line: number },
  end: number,
): Block {
  const text = lines.slice(open.line + 1, end).join('\n')
  const language = open.language.toLowerCase()
  return { ...(language === '' ? {} : { language }), text, line: open.line + 1, end }
}

/** More headings than this structure nothing. */
const headingsMax = 20_000

function pushHeading(headings: Heading[], lines: readonly string[], at: number): void {
  const line = lines[at] ?? ''
  if (headings.length >= headingsMax || !/[#=*_-]/.test(line)) return
  const marked = atx.exec(line)
  if (marked?.[1]) {
    const title = plainTitle((marked[2] ?? '').replace(/[ \t]#+[ \t]*$/, ''))
    if (title !== '') headings.push({ level: marked[1].length, title, line: at, body: at + 1 })
    return
  }
  const underlined = setext.exec(line)
  if (underlined) {
    const above = lines[at - 1]?.trim() ?? ''
    const isAlone = (lines[at - 2] ?? '').trim() === '' && headings.at(-1)?.line !== at - 1
    if (above === '' || !isAlone || above.length > 200 || /^[#>|*\-+]|\|/.test(above)) return
    const title = plainTitle(above)
    if (title !== '') {
      headings.push({ level: underlined[1] ? 1 : 2, title, line: at - 1, body: at + 1 })
    }
    return
  }
  const bold = boldLine.exec(line)?.[1]
  const title = bold === undefined ? '' : plainTitle(bold)
  if (title !== '') headings.push({ level: 7, title, line: at, body: at + 1 })
}

/** Inline marks taken off: links keep their text, code and emphasis their content. */
export function plainTitle(text: string): string {
  if (!/[[*_`<\\]/.test(text)) return text.replace(/\s+/g, ' ').trim()
  return text
    .replace(/!?\[([^\][]{0,300})\]\([^()\s]{0,600}\)/g, '$1')
    .replace(/<\/?[a-z][a-z0-9]{0,12}(?:\s[^<>]{0,200})?>/gi, '')
    .replace(/[*_`]{2,3}|(?<![\w`])[*_`](?=\S)|(?<=\S)[*_`](?![\w`])/g, '')
    .replace(/\\([\\`*_{}[\]()#+.!|-])/g, '$1')
    .replace(/\s+/g, ' ')
    .trim()
}
