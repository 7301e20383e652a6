import { crashIn, type Proposal, type ProposedFile, proposalOf } from './proposal.ts'

/** A folder as benchmarks of the kind of CyberGym hand it to an agent. */
export type TaskFolder = {
  readonly description: string
  /** What the sanitizer printed, where the task tells that. */
  readonly crashLog: string | null
  /** The archive of the flawed code. */
  readonly code: { readonly name: string; readonly from: string; readonly sha256: string }
  readonly input: { readonly from: string } | null
  readonly patch: { readonly from: string } | null
}

/** The names that such folders have for each part; of inputs the first that is there is taken. */
export const taskNames = {
  description: 'description.txt',
  crashLog: 'error.txt',
  code: 'repo-vul.tar.gz',
  patch: 'patch.diff',
  inputs: ['poc', 'poc.bin', 'poc.txt', 'testcase', 'crash'],
} as const

/** A proof from a task: how it is built and which program reads the input, no task says. */
export function proposeTask({ description, crashLog, code, input, patch }: TaskFolder): Proposal {
  const files: ProposedFile[] = [{ path: code.name, copyOf: code.from }]
  if (input === null) {
    const note = 'Put the input that shows the flaw here, in place of this text.\n'
    files.push({ path: 'inputs/poc', bytes: Buffer.from(note) })
  } else files.push({ path: 'inputs/poc', copyOf: input.from })
  if (patch !== null) files.push({ path: 'fix.patch', copyOf: patch.from })
  const { oracle, location } = crashIn(crashLog ?? '')
  const found = {
    title: description.split(/(?<=[.!?])\s|\n/).find((line) => line.trim() !== '') ?? '',
    madeOf: 'a task folder; how it is built and which program reads the input are guesses',
    target: { purl: null, source: { kind: 'archive', path: code.name, sha256: code.sha256 } },
    location,
    build: ['./configure && make CFLAGS="-g -O1 -fsanitize=address"'],
    run: {
      kind: 'command',
      command: ['./fuzz-target', '{input}'],
      input: { kind: 'file', path: 'inputs/poc' },
    },
    oracle: oracle ?? { kind: 'sanitizer', tool: 'address', error: null, function: null },
    patch: patch === null ? null : 'fix.patch',
  } as const
  return proposalOf(found, files)
}
