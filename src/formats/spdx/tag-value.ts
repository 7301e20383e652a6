import type { Problem } from '#formats/finding/decoder.ts'
import type { Component } from '#formats/finding/finding.ts'
import { componentOf } from './package.ts'

/** Tags that end a package: what follows them belongs to something else. */
const others = new Set(['FileName', 'SnippetSPDXID', 'LicenseID'])

type Growing = {
  readonly line: number
  readonly name: string
  version?: string
  supplier?: string
  readonly references: { type: string; locator: string | undefined }[]
}

/**
 * The packages of a document in tag-value form (SPDX 2.3 section 6.1): one `Tag: value` a line,
 * a package from each `PackageName`, texts in `<text>` over several lines.
 */
export function packagesIn(text: string): { components: Component[]; problems: Problem[] } {
  const components: Component[] = []
  const problems: Problem[] = []
  let current: Growing | undefined
  const finish = (): void => {
    const found = current && componentOf(current)
    if (found) components.push(found)
    else if (current) {
      const why = 'a package without a name'
      problems.push({ code: 'missing-field', why, line: current.line, lost: true })
    }
    current = undefined
  }
  for (const { tag, value, line } of linesOf(text)) {
    if (tag === 'PackageName') {
      finish()
      current = { line, name: value, references: [] }
    } else if (others.has(tag)) finish()
    else if (current) read(current, tag, value)
  }
  finish()
  return { components, problems }
}

function read(into: Growing, tag: string, value: string): void {
  if (tag === 'PackageVersion') into.version = value
  else if (tag === 'PackageSupplier') into.supplier = value
  else if (tag === 'ExternalRef') {
    const [, type = '', locator] = value.split(/\s+/)
    into.references.push({ type, locator })
  }
}

type Line = { readonly tag: string; readonly value: string; readonly line: number }

/** The tagged lines; those inside a `<text>` that spans lines are passed over. */
function* linesOf(text: string): Generator<Line> {
  let line = 0
  let isInText = false
  for (const raw of text.split('\n')) {
    line += 1
    if (isInText) {
      isInText = !raw.includes('</text>')
      continue
    }
    const colon = raw.indexOf(':')
    if (colon < 1 || raw.startsWith('#')) continue
    const value = raw.slice(colon + 1).trim()
    isInText = value.startsWith('<text>') && !value.includes('</text>')
    const plain = value.startsWith('<text>') ? value.replace(/^<text>|<\/text>$/g, '') : value
    yield { tag: raw.slice(0, colon).trim(), value: plain, line }
  }
}
