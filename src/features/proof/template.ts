/** Languages for which `parley proof init` knows how a proof most often looks. */
export const templateKinds = [
  ...(['c', 'cpp', 'go', 'rust', 'python', 'javascript', 'java', 'shell', 'http'] as const),
] as const
export type TemplateKind = (typeof templateKinds)[number]

export const isTemplateKind = (text: string): text is TemplateKind =>
  templateKinds.some((kind) => kind === text)

/** What differs between kinds: lines of YAML below their member. */
type Parts = {
  readonly tools: string
  readonly build: readonly string[]
  readonly command: string
  readonly oracle: readonly string[]
  readonly file: string
}

const native = (compiler: string, source: string): Parts => ({
  tools: `{ ${compiler}: '12' }`,
  build: [`${compiler} -g -O1 -fsanitize=address -o reader ${source}`],
  command: `[./reader, '{input}']`,
  oracle: [
    'kind: sanitizer',
    'tool: address # address, memory, undefined, thread or leak',
    'error: heap-buffer-overflow # as the sanitizer names it; leave it out for any',
    'function: read_header # among the first frames; leave it out for any',
  ],
  file: source,
})

const interpreted = (program: string, file: string): Parts => ({
  tools: `{ ${program}: '' }`,
  build: [],
  command: `[${program}, ${file}, '{input}']`,
  oracle: [
    'kind: canary-written # a file that the target must not write',
    'path: written-by-the-proof # in its folder, or below /tmp',
  ],
  file,
})

const crashing = (build: string, command: string, file: string): Parts => ({
  tools: `{ ${build.split(' ')[0]}: '' }`,
  build: [build],
  command,
  oracle: [
    'kind: exit # the program ends with this code, and says this text',
    'code: 2',
    "says: 'index out of range'",
  ],
  file,
})

const kinds: Readonly<Record<Exclude<TemplateKind, 'http'>, Parts>> = {
  c: native('gcc', 'reader.c'),
  cpp: native('g++', 'reader.cc'),
  go: crashing('go build -o reader .', "[./reader, '{input}']", 'main.go'),
  rust: crashing('rustc -g -o reader main.rs', "[./reader, '{input}']", 'main.rs'),
  java: crashing('javac Reader.java', "[java, Reader, '{input}']", 'Reader.java'),
  python: interpreted('python3', 'reader.py'),
  javascript: interpreted('node', 'reader.js'),
  shell: interpreted('sh', 'reader.sh'),
}

const list = (lines: readonly string[]): string =>
  lines.length === 0 ? ' []' : lines.map((line) => `\n  - ${line}`).join('')
const indented = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join('\n')

function commandParts({ command, oracle }: Parts): string {
  return `run:
  kind: command
  command: ${command} # {input} becomes the path of the input
  input: { kind: file, path: inputs/proof } # kind: stdin to feed it in, kind: none for nothing

# What shows that the flaw was reached.
oracle:
${indented(oracle)}

# The same with something harmless: it must not meet the oracle.
benign:
  input: inputs/benign
# Other ways to the same flaw; each must meet the oracle.
# variants:
#   - { name: longer, input: inputs/longer }
`
}

const httpParts = `run:
  kind: service # started first, then asked on the sandbox's own loopback
  command: [node, server.js]
  port: 8080
  ready-within-seconds: 10
  exchange:
    - { method: GET, path: /notes/2, headers: { Authorization: Bearer of-somebody-else } }

# What shows that the flaw was reached: the answer to the last request.
oracle:
  kind: http
  status: 200
  says: the secret of the second note

# The same with something harmless: it must not meet the oracle.
benign:
  exchange:
    - { method: GET, path: /notes/1, headers: { Authorization: Bearer of-somebody-else } }
`

/** A commented `proof.yaml` to begin with, and the files that it names. */
export function templateOf(kind: TemplateKind): {
  readonly text: string
  readonly files: readonly string[]
} {
  const parts = kind === 'http' ? null : kinds[kind]
  const tools = parts?.tools ?? "{ node: '' }"
  const file = parts?.file ?? 'server.js'
  const text = `# A proof: how one flaw is shown again. docs/proofs.md tells of every member.
# "parley proof check" says what is wrong or missing. Nothing has a network while it runs.
parley: proof/1
title: One line that says what is wrong

# The flawed code: a folder of this bundle, or an archive with its sha256.
target:
  kind: folder
  path: target
  # purl: pkg:generic/reader@1.2.0

# Where the flaw lies in the target.
location:
  file: ${file}
  # function: read_header
  # line: 12

# The machine's own tools, in versions that begin so ('' for any).
environment:
  kind: host
  tools: ${tools}

# Run in the target's folder, one after another, by sh -c.
build:${list(parts?.build ?? [])}

${parts === null ? httpParts : commandParts(parts)}
# For evidence E4: a patch against the target, and the project's own tests.
# patch: fix.patch
# tests:
#   - make check

limits:
  build-seconds: 300
  run-seconds: 60
  memory-mib: 2048

# Why this may be run, said by whoever hands it in.
authorisation:
  statement: The code is ours, or its licence allows tests of this kind
  by: Your name
finder:
  name: Your name
  # model: what found it, if it was no person
`
  const inputs = parts === null ? [] : ['inputs/proof', 'inputs/benign']
  return { text, files: [`target/${file}`, ...inputs] }
}
