import type { Finding } from '#formats/finding/finding.ts'
import { isArray, isObject } from '#formats/json/reader.ts'
import type { ProofBundle, Run, Target } from '#formats/proof/bundle.ts'
import { outlineOf } from '#formats/prose/outline.ts'
import { parsePurl } from '#formats/purl/parse.ts'
import {
  crashIn,
  emptyTarget,
  locationOf,
  oracleOfCrash,
  type Proposal,
  type ProposedFile,
  proposalOf,
  safeName,
  titleLine,
} from './proposal.ts'

/** Something that a report brings along to show the flaw, or to fix it. */
type Piece = {
  readonly name: string | null
  readonly language: string | null
  readonly bytes: Uint8Array
  readonly isPatch: boolean
}

/**
 * A proof from what a report says: attached files (TAP), a validation (scrutineer), code blocks
 * (Markdown). Null where it brings nothing that could be run.
 */
export function proposeReport(finding: Finding, format: string): Proposal | null {
  const pieces = format === 'tap' ? attachedTo(finding) : writtenIn(finding)
  const { target, files } = targetOf(finding)
  const shown = pieces.filter(({ isPatch }) => !isPatch)
  const run = runOf(shown)
  if (run === null) return null
  const patch = pieces.find(({ isPatch }) => isPatch)
  if (patch !== undefined) files.push({ path: 'fix.patch', bytes: patch.bytes })
  const text = `${finding.details ?? ''}\n${shown.map(textOf).join('\n')}`
  const crashed = crashIn(text)
  const place = finding.locations?.[0]
  const found = {
    title: finding.title,
    madeOf: `a report (${format}); its commands, the oracle and the target are guesses`,
    target,
    location: (place && locationOf(place.file, place)) ?? crashed.location,
    run: run.run,
    oracle: finding.crash ? oracleOfCrash(finding.crash, text) : crashed.oracle,
    patch: patch === undefined ? null : 'fix.patch',
    finder: finderOf(finding),
  }
  return proposalOf(found, [...files, ...run.files])
}

const textOf = ({ bytes }: Piece): string => Buffer.from(bytes).toString('utf8')

/** The attachments of a TAP report, which keep their names in the report as it came. */
function attachedTo({ original }: Finding): Piece[] {
  const list = isObject(original) ? original['attachments'] : null
  if (!isArray(list)) return []
  return list.flatMap((one): Piece[] => {
    if (!isObject(one) || typeof one['data'] !== 'string') return []
    const { data, filename, type, content_type: media } = one
    if (type !== 'patch' && type !== 'reproducer' && type !== 'exploit-proof-of-concept') return []
    const isText = typeof media === 'string' && /^(?:text\/|application\/json)/i.test(media)
    const name = typeof filename === 'string' ? filename : null
    const bytes = Buffer.from(data, isText ? 'utf8' : 'base64')
    return [{ name, language: languageOf(name), bytes, isPatch: type === 'patch' }]
  })
}

const endings: Readonly<Record<string, string>> = {
  ...{ py: 'python', js: 'javascript', mjs: 'javascript', sh: 'sh', bash: 'sh' },
}

function languageOf(name: string | null): string | null {
  const ending = name?.slice(name.lastIndexOf('.') + 1).toLowerCase() ?? ''
  return Object.hasOwn(endings, ending) ? (endings[ending] ?? null) : null
}

const isDiff = (text: string): boolean => /^--- .+\n\+\+\+ .+\n@@ /m.test(text)

type Written = { readonly text: string; readonly language?: string }

/** Code blocks, and what a decoder took for a proof or a patch. */
function writtenIn({ proofs = [], fix }: Finding): Piece[] {
  const said = proofs.flatMap((proof): readonly Written[] =>
    proof.language === 'markdown' ? outlineOf(proof.text).blocks : [proof],
  )
  const fixed: readonly Written[] =
    fix === undefined ? [] : [...outlineOf(fix).blocks, { text: fix, language: 'diff' }]
  const patches = fixed.filter(({ text }) => isDiff(text) && !text.includes('```'))
  return [
    ...said.map((one) => pieceOf(one, isDiff(one.text))),
    ...patches.map((one) => pieceOf(one, true)),
  ]
}

const pieceOf = ({ text, language }: Written, isPatch: boolean): Piece => ({
  ...{ name: null, language: language ?? null, isPatch },
  bytes: Buffer.from(text.endsWith('\n') ? text : `${text}\n`),
})

const shells = new Set(['sh', 'bash', 'shell', 'console', 'zsh', 'terminal', 'shell-session'])
const programs: Readonly<Record<string, string>> = {
  ...{ python: 'python3', python3: 'python3', py: 'python3' },
  ...{ javascript: 'node', js: 'node' },
}

const scriptMax = 4000

type Chosen = { readonly run: Run; readonly files: readonly ProposedFile[] }

/** Commands first, then a program in a language, then bytes that some program reads. */
function runOf(pieces: readonly Piece[]): Chosen | null {
  const [first] = pieces
  if (first === undefined) return null
  const shell = pieces.filter(({ language }) => shells.has(language ?? ''))
  const others = pieces.filter((piece) => !shell.includes(piece))
  const files = others.map((piece, index) => ({
    path: `inputs/${index + 1}-${safeName(piece.name ?? '', 'piece')}`,
    bytes: piece.bytes,
  }))
  const script = shell.map(textOf).map(commandsIn).join('\n').trim()
  if (script !== '' && script.length <= scriptMax) {
    const command = ['sh', '-c', script]
    return { run: { kind: 'command', command, input: { kind: 'none' } }, files }
  }
  const [file] = files
  const [piece] = others
  if (file === undefined || piece === undefined) return null
  const name = piece.language ?? ''
  const program = Object.hasOwn(programs, name) ? programs[name] : undefined
  const command = program === undefined ? ['./PROGRAM', '{input}'] : [program, '{input}']
  return { run: { kind: 'command', command, input: { kind: 'file', path: file.path } }, files }
}

/** What was typed: of a session with prompts the lines behind them, else everything. */
function commandsIn(text: string): string {
  const lines = text.split('\n')
  const typed = lines.flatMap((line) => /^\s{0,4}[$#>] (.+)$/.exec(line)?.[1] ?? [])
  return (typed.length > 0 && lines.some((line) => /^\s{0,4}\$ /.test(line)) ? typed : lines).join(
    '\n',
  )
}

function targetOf({ components = [] }: Finding): { target: Target; files: ProposedFile[] } {
  const [component] = components
  const written = component?.purl
  const purl = written !== undefined && parsePurl(written).ok ? written : null
  return emptyTarget(purl)
}

function finderOf({ finders = [], tool }: Finding): ProofBundle['finder'] | null {
  const [name] = finders
  if (name !== undefined)
    return { name: titleLine(name), model: tool ? titleLine(tool.name) : null }
  return tool === undefined ? null : { name: titleLine(tool.name), model: null }
}
