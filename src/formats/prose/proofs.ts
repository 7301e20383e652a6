import type { Proof } from '#formats/finding/finding.ts'
import { patternAnyCase } from '#formats/text/pattern.ts'
import type { Block, Outline } from './outline.ts'
import { type Role, type Section, textOfSection } from './sections.ts'

const raw = String.raw

const proofsMax = 30
const proofLengthMax = 200_000

/** Languages in which people write what an attacker types rather than what is attacked. */
const attackLanguages = new Set([
  ...['sh', 'bash', 'shell', 'console', 'zsh', 'terminal', 'http', 'curl', 'powershell', 'cmd'],
  ...['shell-session', 'ps1', 'asan', 'gdb', 'poc'],
])

const leadIn = patternAnyCase(
  raw`\b(?:proof[- ]of[- ]concept|poc|exploit|payload|reproduc\w+|trigger\w*|crash`,
  raw`(?:es)? with|following (?:input|request|command|test|script)|run(?:ning)? (?:the`,
  raw`|this)|test case)\b[^\n]{0,160}$`,
)

/**
 * What shows the flaw: code blocks under a heading that says so, behind words that say so, or in
 * a language of commands. Where such a section has no code block, its steps in words.
 */
export function proofsIn(
  outline: Outline,
  sections: readonly Section[],
  roles: readonly (Role | null)[],
): Proof[] {
  const chosen = outline.blocks.filter((block) =>
    isProof(outline, block, roles[block.line - 1] ?? null),
  )
  const proofs = chosen.map(proofOf)
  for (const section of sections) {
    if (section.role !== 'proof') continue
    const isShown = chosen.some(({ line }) => line > section.start && line <= section.end)
    const text = isShown ? '' : textOfSection(outline, section)
    if (text !== '') proofs.push({ text: text.slice(0, proofLengthMax) })
  }
  return proofs.slice(0, proofsMax)
}

function isProof(outline: Outline, block: Block, role: Role | null): boolean {
  if (block.text.trim() === '') return false
  if (role === 'proof') return true
  if (role === 'fix' || role === 'code' || role === 'references') return false
  if (block.language !== undefined && attackLanguages.has(block.language)) return true
  const above = outline.lines.slice(Math.max(0, block.line - 4), Math.max(0, block.line - 1))
  return leadIn.test(above.filter((line) => line.trim() !== '').at(-1) ?? '')
}

const proofOf = ({ language, text }: Block): Proof => ({
  ...(language === undefined ? {} : { language }),
  text: text.slice(0, proofLengthMax),
})
