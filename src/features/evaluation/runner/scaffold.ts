import { z } from 'zod'
import { digestOf } from '#features/ledger/entry.ts'
import type { Tool } from '#formats/pack/pack.ts'
import { type Result, yes } from '#kernel/result.ts'
import { readYaml } from './yaml-document.ts'

/** What a model can call; a task's tool `files` is three of them. */
export const toolKinds = ['shell', 'python', 'read', 'write', 'list', 'submit'] as const
export type ToolKind = (typeof toolKinds)[number]

/** Which of them each tool of a task is. */
export const kindsOfTool = {
  shell: ['shell'],
  python: ['python'],
  files: ['read', 'write', 'list'],
} as const satisfies Record<Tool, readonly ToolKind[]>

const text = z.string().min(1).max(20_000)
const toolName = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be letters, digits, _ and -')
const named = (name: string, description: string) =>
  z
    .strictObject({
      name: toolName.default(name),
      description: z.string().min(1).max(4_000).default(description),
    })
    .prefault({})

const reminder = z.strictObject({
  'turns-left': z.int().min(1).optional(),
  'tokens-left': z.int().min(1).optional(),
  text,
})

const ScaffoldShape = z.strictObject({
  parley: z.literal('scaffold/1'),
  name: z.string().min(1).max(200),
  system: text,
  /** What the tools are called, and what the model is told of them. */
  tools: z
    .strictObject({
      shell: named('shell', 'Runs a command in the working folder and answers what it prints.'),
      python: named('python', 'Runs a Python program in the working folder.'),
      read: named('read_file', 'Answers the content of a file.'),
      write: named('write_file', 'Writes a file, with its folders; what was there is replaced.'),
      list: named('list_files', 'Lists the files below a folder, with their sizes.'),
      submit: named('submit', 'Ends the task: what lies in the working folder is the answer.'),
    })
    .prefault({}),
  /** What is said when the model answers without a call; after so many times that is the end. */
  'without-call': z
    .strictObject({ text, times: z.int().min(0).max(1_000) })
    .prefault({ text: 'Use a tool, or end the task.', times: 0 }),
  /** Each is said once, when no more than this is left. */
  reminders: z.array(reminder).max(20).default([]),
  'answer-tokens-max': z.int().min(16).max(1_000_000).default(8_192),
  temperature: z.number().min(0).max(2).optional(),
  'tool-seconds': z.int().min(1).max(3_600).default(120),
  'tool-output-chars': z.int().min(100).max(1_000_000).default(16_000),
})

/** How a model is led through a task, as data. Its digest is the protocol E. */
export type Scaffold = {
  readonly name: string
  readonly system: string
  readonly tools: Readonly<
    Record<ToolKind, { readonly name: string; readonly description: string }>
  >
  readonly withoutCall: { readonly text: string; readonly times: number }
  readonly reminders: readonly Reminder[]
  readonly answerTokensMax: number
  readonly temperature: number | null
  readonly toolSeconds: number
  readonly toolOutputChars: number
  /** SHA-256 of its canonical JSON, what it does not say among it. */
  readonly digest: string
}

export type Reminder = {
  readonly turnsLeft: number | null
  readonly tokensLeft: number | null
  readonly text: string
}

export function decodeScaffold(document: string): Result<Scaffold, string> {
  const read = readYaml(document, ScaffoldShape)
  return read.ok ? yes(scaffoldOf(read.value)) : read
}

function scaffoldOf(wire: z.output<typeof ScaffoldShape>): Scaffold {
  const { name, system, tools, reminders, temperature } = wire
  return {
    ...{ name, system, tools, withoutCall: wire['without-call'] },
    reminders: reminders.map((one) => ({
      turnsLeft: one['turns-left'] ?? null,
      tokensLeft: one['tokens-left'] ?? null,
      text: one.text,
    })),
    answerTokensMax: wire['answer-tokens-max'],
    temperature: temperature ?? null,
    toolSeconds: wire['tool-seconds'],
    toolOutputChars: wire['tool-output-chars'],
    digest: digestOf(wire),
  }
}

/** What a run is led by where nobody names another. */
export const plainScaffold: Scaffold = scaffoldOf(
  ScaffoldShape.parse({
    parley: 'scaffold/1',
    name: 'plain',
    system: [
      'You work on a task in a sandbox without network. Your tools run in its working folder, that',
      'is kept between calls; programs are not. What the folder holds at the end is judged.',
      'When you are done, call submit.',
    ].join('\n'),
    'without-call': { text: 'Go on with your tools, or call submit when you are done.', times: 2 },
    reminders: [{ 'turns-left': 3, text: 'Three turns are left. Write down your answer now.' }],
  }),
)
