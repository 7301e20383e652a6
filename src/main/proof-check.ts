import { type BundleRefusal, readBundle } from '#features/proof/bundle-reading.ts'
import type { BundleRemark, BundleVerdict } from '#formats/proof/check.ts'
import type { ProofProblem } from '#formats/proof/problem.ts'
import { oneLine } from '#platform/terminal/visible.ts'
import { type ExitCode, exitCodeFor } from './exit.ts'
import { refused } from './ledger.ts'
import { print } from './output.ts'

export type ProofCheckOptions = { readonly json?: boolean }

/** `parley proof check BUNDLE`: 0 where it is complete and consistent, as evidence E2 asks. */
export async function runProofCheck(path: string, options: ProofCheckOptions): Promise<ExitCode> {
  const read = await readBundle(path)
  if (!read.ok) return tellRefusal(read.refusal, options)
  await using bundle = read.value
  return tellVerdict(bundle.verdict, {
    title: bundle.proof.title,
    name: bundle.name,
    isJson: options.json ?? false,
  })
}

function tellRefusal(refusal: BundleRefusal, { json = false }: ProofCheckOptions): ExitCode {
  if (refusal.is === 'archive') return refused(refusal.refusal)
  const { name, problems } = refusal
  return tellVerdict({ problems, remarks: [] }, { title: null, name, isJson: json })
}

type Told = { readonly title: string | null; readonly name: string; readonly isJson: boolean }

function tellVerdict(
  { problems, remarks }: BundleVerdict,
  { title, name, isJson }: Told,
): ExitCode {
  const isComplete = problems.length === 0
  if (isJson) print([JSON.stringify({ title, isComplete, problems, remarks }, null, 2)])
  else {
    const verdict = isComplete
      ? 'is complete and consistent'
      : `has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`
    print([
      oneLine(`${title === null ? 'The proof' : `"${title}"`} ${verdict}`),
      ...problems.map((problem) => problemLine(name, problem)),
      ...remarks.map(remarkLine),
    ])
  }
  return isComplete ? 0 : exitCodeFor('malformed')
}

const placeOf = (name: string, { line, pointer }: ProofProblem): string =>
  `${name}${line === null ? '' : `:${line}`}${pointer === '' ? '' : ` ${pointer}`}`

const problemLine = (name: string, problem: ProofProblem): string =>
  oneLine(`${placeOf(name, problem)}: ${problem.why}${hintOf(problem)}`)

const hintOf = ({ hint }: ProofProblem): string => (hint === undefined ? '' : ` (${hint})`)

const remarkLine = (remark: BundleRemark): string =>
  oneLine(
    `note: ${remark.level === null ? '' : `for ${remark.level}: `}${remark.pointer} ${remark.why}`,
  )
