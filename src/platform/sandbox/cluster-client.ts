import { execFile } from 'node:child_process'
import { z } from 'zod'
import { no, type Result, yes } from '#kernel/result.ts'
import { containerName } from './cluster-manifest.ts'
import type { SandboxRefusal } from './sandbox.ts'

const answerBytesMax = 16 << 20
const askMs = 60_000
const saidCharsMax = 400

/** A cluster by `kubectl`, in one namespace. */
export class Kubectl {
  readonly #program: string
  readonly #namespace: string

  constructor(program: string, namespace: string) {
    this.#program = program
    this.#namespace = namespace
  }

  /** What it answers, or why it does not and what to do about it. */
  ask(args: readonly string[], input?: string): Promise<Result<Buffer, SandboxRefusal>> {
    return this.#start(this.#program, ['--namespace', this.#namespace, ...args], input)
  }

  /** The words of a command in a pod, up to the command. */
  inPod(pod: string): string[] {
    const place = ['--namespace', this.#namespace]
    return [this.#program, ...place, 'exec', '-i', '--quiet', pod, '-c', containerName, '--']
  }

  /** What a script of the worker answers that calls it. */
  script(text: string): Promise<Result<Buffer, SandboxRefusal>> {
    return this.#start('/bin/sh', ['-c', text])
  }

  #start(program: string, args: readonly string[], input?: string) {
    return new Promise<Result<Buffer, SandboxRefusal>>((settle) => {
      const options = { encoding: 'buffer', timeout: askMs, maxBuffer: answerBytesMax } as const
      const child = execFile(program, args, options, (error, stdout, stderr) => {
        if (error === null) settle(yes(stdout))
        else settle(no(refusalOfClient(`${stderr.toString('utf8')} ${error.message}`)))
      })
      // A client that ends before it has read all of it says why in its own way.
      child.stdin?.on('error', () => undefined)
      child.stdin?.end(input ?? '')
    })
  }
}

/** What the client said of itself, as a refusal with what to do. */
export function refusalOfClient(text: string): SandboxRefusal {
  const said = text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, saidCharsMax)
  const [, why, hint] = troubles.find(([pattern]) => pattern.test(text)) ?? []
  return {
    code: 'not-isolated',
    why: `${why ?? 'the cluster does not do what it is asked for'}: ${said}`,
    ...(hint === undefined ? {} : { hint }),
  }
}

const rights = "give the worker's account the Role and ClusterRole of docs/operations/sandbox.md"
const troubles: readonly (readonly [RegExp, string, string])[] = [
  [/ENOENT/, 'there is no kubectl', 'install the kubectl of the cluster where the worker finds it'],
  [
    /forbidden|Unauthorized|must be logged in/i,
    'the cluster does not let the worker do it',
    rights,
  ],
  [
    /connection refused|no such host|i\/o timeout|unable to connect|TLS handshake/i,
    'the cluster does not answer',
    'look whether kubectl get pods answers where the worker runs (KUBECONFIG)',
  ],
  [/exceeded quota/i, 'the quota of the namespace is used up', 'raise it, or run fewer at once'],
  [/ETIMEDOUT|SIGTERM/, 'the cluster does not answer in time', 'try again when it is less busy'],
]

const Version = z.object({ clientVersion: z.object({ gitVersion: z.string() }) })
const Jobs = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        annotations: z.record(z.string(), z.string()).nullish(),
      }),
    }),
  ),
})
const Node = z.object({
  status: z.object({ nodeInfo: z.object({ bootID: z.string(), architecture: z.string() }) }),
})

export const decodeVersion = (bytes: Uint8Array): string | null =>
  decoded(Version, bytes)?.clientVersion.gitVersion ?? null

/** Jobs with what they are annotated with. */
export const decodeJobs = (bytes: Uint8Array) => decoded(Jobs, bytes)?.items ?? []

export const decodeNode = (bytes: Uint8Array) => decoded(Node, bytes)?.status.nodeInfo ?? null

function decoded<T>(schema: z.ZodType<T>, bytes: Uint8Array): T | null {
  try {
    const read = schema.safeParse(JSON.parse(new TextDecoder().decode(bytes)))
    return read.success ? read.data : null
  } catch {
    return null
  }
}
