import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isTemplateKind, templateKinds, templateOf } from '#features/proof/template.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { refused } from './ledger.ts'
import { print, tell, writeWhole } from './output.ts'

export type ProofInitOptions = { readonly kind: string }

/** `parley proof init DIR`: a proof.yaml to begin with; one that is there is never written over. */
export function runProofInit(folder: string, { kind }: ProofInitOptions): ExitCode {
  if (!isTemplateKind(kind)) {
    tell([oneLine(`parley: --kind: "${kind}" is none of ${templateKinds.join(', ')}`)])
    return exitCodeFor('bad-usage')
  }
  const path = join(folder, 'proof.yaml')
  if (existsSync(path)) {
    const hint = 'take it away first, or choose another folder'
    return refused({ code: 'not-writable', why: 'is there already', at: path, hint })
  }
  const { text, files } = templateOf(kind)
  const written = writeWhole(path, text)
  if (!written.ok) return refused(written.refusal)
  print([
    `Wrote ${oneLine(path)}. Now put these beside it, or change what it names:`,
    ...files.map((file) => `  ${file}`),
    `Then: parley proof check ${oneLine(folder)}`,
  ])
  return 0
}
