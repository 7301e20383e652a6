/**
 * What `proof.yaml` says, once it was read: a replayable reproducer of one flaw. Paths are relative
 * to the bundle, with `/`, and were checked to lie inside of it.
 */
export type ProofBundle = {
  readonly title: string
  /**
   * Why nobody may run this yet: it was put together by a program out of somebody's text. A person
   * takes the member out after looking. Null for what people wrote.
   */
  readonly proposed: string | null
  readonly target: Target
  readonly location: Location | null
  readonly environment: Environment
  /** Steps that make the target ready; each is run by `sh -c` in the target's folder. */
  readonly build: readonly string[]
  readonly run: Run
  readonly oracle: Oracle
  /** Must pass the same way and not meet the oracle. */
  readonly benign: Attempt | null
  /** Other ways to the same root cause: each must meet the oracle, and fail once it is fixed. */
  readonly variants: readonly (Attempt & { readonly name: string })[]
  /** A unified diff against the target. */
  readonly patch: string | null
  /** The project's own tests, by `sh -c`: exit code 0 means that they pass. */
  readonly tests: readonly string[]
  readonly limits: ProofLimits
  readonly authorisation: Authorisation
  readonly finder: Finder
}

/** What is flawed: its code comes with the bundle, or is looked up by its digest or commit. */
export type Target = {
  readonly purl: string | null
  readonly source:
    | { readonly kind: 'folder'; readonly path: string }
    | { readonly kind: 'archive'; readonly path: string; readonly sha256: string }
    | { readonly kind: 'repository'; readonly url: string; readonly commit: string }
}

export type Location = {
  readonly file: string
  readonly function: string | null
  readonly line: number | null
}

export type Environment =
  /** The machine's own tools; what is named must be there, in a version that begins so. */
  | { readonly kind: 'host'; readonly tools: Readonly<Record<string, string>> }
  | { readonly kind: 'archive'; readonly path: string; readonly sha256: string }
  | { readonly kind: 'image'; readonly reference: string }

/**
 * How the flaw is reached. In a command `{input}` stands for the path of the input; a service is
 * started first and reached on the sandbox's own loopback.
 */
export type Run =
  | { readonly kind: 'command'; readonly command: readonly string[]; readonly input: Input }
  | {
      readonly kind: 'service'
      readonly command: readonly string[]
      readonly port: number
      readonly readyWithinMs: number
      readonly exchange: readonly HttpStep[]
    }

export type Input =
  | { readonly kind: 'none' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'stdin'; readonly path: string }

export type HttpStep = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** A file of the bundle, or the text itself. */
  readonly body: { readonly path: string } | { readonly text: string } | null
}

/** What replaces the run's input or exchange. */
export type Attempt = {
  readonly input: string | null
  readonly exchange: readonly HttpStep[] | null
}

/** What shows that the flaw was reached. All that is given must hold. */
export type Oracle =
  | {
      readonly kind: 'sanitizer'
      readonly tool: 'address' | 'memory' | 'undefined' | 'thread' | 'leak'
      /** As the sanitizer names it, e.g. `heap-buffer-overflow`; null for any. */
      readonly error: string | null
      /** Must be among the first frames; null for anywhere. */
      readonly function: string | null
    }
  | { readonly kind: 'signal'; readonly signal: string }
  | { readonly kind: 'exit'; readonly code: number; readonly says: string | null }
  /**
   * A text that stands in a file which the target must not read, found in the output. The path is
   * in the sandbox; below `/tmp` and the target's folder the file is made before the run.
   */
  | { readonly kind: 'canary-read'; readonly path: string; readonly text: string }
  /** A file that the target must not write, at this path in the sandbox, now holds `text`. */
  | { readonly kind: 'canary-written'; readonly path: string; readonly text: string | null }
  /** The answer to the last step. */
  | { readonly kind: 'http'; readonly status: number | null; readonly says: string | null }
  /** A program of the bundle, run after the attempt in its sandbox; exit code 0 means shown. */
  | { readonly kind: 'assertion'; readonly command: readonly string[] }
  /** The run uses more than it may: the bound that it must hit. */
  | { readonly kind: 'exhaustion'; readonly of: 'memory' | 'cpu' | 'wall' | 'disk' | 'processes' }

export type ProofLimits = {
  readonly buildSeconds: number
  readonly runSeconds: number
  readonly memoryMiB: number
  readonly processes: number
  readonly diskMiB: number
  readonly outputMiB: number
}

/** What stands in a proposed bundle where only a person can say something. */
export const unsaid = 'to be said by whoever hands this in'

/** Why whoever hands this in may have it run: said by them, kept with every run. */
export type Authorisation = { readonly statement: string; readonly by: string }

/** Who found it: finder and verifier must differ. */
export type Finder = { readonly name: string; readonly model: string | null }
