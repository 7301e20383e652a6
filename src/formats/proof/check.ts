import type { Result } from '#kernel/result.ts'
import { type Attempt, type HttpStep, type ProofBundle, unsaid } from './bundle.ts'
import type { ProofProblem } from './problem.ts'

/** What a bundle holds, as far as it matters for whether it is complete. */
export type BundleFiles = {
  /** The bundle's own files and folders by path. */
  readonly entries: ReadonlyMap<string, BundleEntry>
  /** The paths of the target's files; null where its code is not at hand. */
  readonly target: ReadonlySet<string> | null
  /** What the patch does to which files, or why it is none; null where none could be read. */
  readonly patch: Result<readonly Patched[], PatchFault> | null
}

/** A file before and after a patch, null where it is not there. */
export type Patched = { readonly oldPath: string | null; readonly newPath: string | null }

type PatchFault = { readonly why: string; readonly at: string }

export type BundleEntry =
  | { readonly kind: 'folder' }
  | { readonly kind: 'file'; readonly sha256: string; readonly sizeBytes: number }

/** Not wrong, but in the way of a level of evidence; null where it is good to know only. */
export type BundleRemark = ProofProblem & { readonly level: 'E1' | 'E3' | 'E4' | null }

export type BundleVerdict = {
  /** Empty where the bundle is complete and consistent, as evidence E2 asks. */
  readonly problems: readonly ProofProblem[]
  readonly remarks: readonly BundleRemark[]
}

/** Judges whether a bundle is complete and its parts fit each other; nothing is run. */
export function checkBundle(
  bundle: ProofBundle,
  files: BundleFiles,
  lineOf: (pointer: string) => number | null = () => null,
): BundleVerdict {
  const check = new Check(bundle, files, lineOf)
  check.proposal()
  check.target()
  check.environment()
  check.location()
  check.run()
  check.oracle()
  check.attempts()
  check.patch()
  check.network()
  const byLine = (one: ProofProblem, other: ProofProblem): number =>
    (one.line ?? 0) - (other.line ?? 0)
  return { problems: check.problems.sort(byLine), remarks: check.remarks.sort(byLine) }
}

const faultsMax = 20
/** Of a file that is handed into a sandbox as it is. */
export const givenBytesMax = 64 * 2 ** 20

class Check {
  readonly problems: ProofProblem[] = []
  readonly remarks: BundleRemark[] = []
  readonly #bundle: ProofBundle
  readonly #files: BundleFiles
  readonly #lineOf: (pointer: string) => number | null

  constructor(bundle: ProofBundle, files: BundleFiles, lineOf: (pointer: string) => number | null) {
    this.#bundle = bundle
    this.#files = files
    this.#lineOf = lineOf
  }

  proposal(): void {
    const { authorisation, proposed } = this.#bundle
    if (authorisation.statement === unsaid) {
      const hint = 'a person who may says why'
      this.#wrong('/authorisation/statement', 'is not said: why may this be run?', hint)
    }
    if (proposed === null) return
    const hint = 'read the commands and the oracle; if they are right, take this member away'
    this.#wrong('/proposed', 'was put together by a program: nobody has looked at it yet', hint)
  }

  target(): void {
    const { source } = this.#bundle.target
    if (source.kind === 'archive') this.#digest('/target', source)
    if (source.kind !== 'folder') return
    const found = this.#files.entries.get(source.path)
    if (found === undefined) this.#missing('/target/path', source.path)
    else if (found.kind === 'file') {
      const hint = 'say kind: archive with its sha256 for a packed target'
      this.#wrong('/target/path', `${source.path} is a file, not a folder`, hint)
    } else if (this.#files.target?.size === 0) {
      this.#wrong('/target/path', `${source.path} holds no file`)
    }
  }

  environment(): void {
    const { environment } = this.#bundle
    if (environment.kind === 'archive') this.#digest('/environment', environment)
  }

  location(): void {
    const { location } = this.#bundle
    const { target } = this.#files
    if (location === null) {
      this.#lacks('E1', '/location', 'is not said: the file, and the function, that are flawed')
    } else if (target !== null && !target.has(location.file)) {
      this.#lacks('E1', '/location/file', `${location.file} is not in the target`)
    }
  }

  run(): void {
    const { run } = this.#bundle
    const isNamed = run.command.some((word) => word.includes('{input}'))
    if (run.kind === 'service') {
      if (isNamed) this.#wrong('/run/command', 'names {input}, which a service has none of')
      this.#exchange('/run/exchange', run.exchange)
      return
    }
    const { input } = run
    if (input.kind !== 'none') this.#file('/run/input/path', input.path)
    if (input.kind === 'file' && !isNamed) {
      const hint = 'put {input} where the path of the input belongs'
      this.#wrong('/run/command', 'does not name {input}, so that the input is never read', hint)
    } else if (input.kind !== 'file' && isNamed) {
      const hint = 'say input: { kind: file, path: … }'
      this.#wrong('/run/command', 'names {input}, but no file is the input', hint)
    }
  }

  oracle(): void {
    const { oracle, run } = this.#bundle
    if (oracle.kind === 'http') {
      if (run.kind !== 'service') {
        this.#wrong('/oracle/kind', 'looks at an answer, but the run starts no service')
      }
      if (oracle.status === null && oracle.says === null) {
        this.#wrong('/oracle', 'is met by every answer', 'say status, says, or both')
      }
    } else if (oracle.kind === 'exit' && oracle.code === 0 && oracle.says === null) {
      const hint = 'add says: a text that only the flaw brings about'
      this.#wrong('/oracle', 'is met by every run that goes well', hint)
    } else if (oracle.kind === 'canary-read' || oracle.kind === 'canary-written') {
      if (this.#files.target?.has(oracle.path)) {
        const hint = 'name a file that the target does not have'
        this.#wrong('/oracle/path', `${oracle.path} is a file of the target`, hint)
      }
    } else if (oracle.kind === 'assertion') {
      const [program = ''] = oracle.command
      // `./x` is a program of the target's folder, and may be made there by the build.
      if (/^[^./].*\//.test(program)) this.#file('/oracle/command/0', program)
    }
  }

  attempts(): void {
    const { benign, variants } = this.#bundle
    if (benign === null) {
      const why = 'is not given: something like the run that must not meet the oracle'
      this.#lacks('E3', '/benign', why)
    } else this.#attempt('/benign', benign)
    const names = new Set<string>()
    for (const [index, variant] of variants.entries()) {
      const pointer = `/variants/${index}`
      if (names.has(variant.name)) this.#wrong(`${pointer}/name`, 'is the name of another variant')
      names.add(variant.name)
      this.#attempt(pointer, variant)
    }
    if (variants.length > 0) return
    this.#lacks(null, '/variants', 'are not given: only those made from the input are tried')
  }

  patch(): void {
    const { patch, tests } = this.#bundle
    if (patch === null) this.#lacks('E4', '/patch', 'is not given: a unified diff that fixes it')
    else if (this.#file('/patch', patch) && this.#files.patch === null) {
      this.#wrong('/patch', `${patch} is no text, or too long`)
    } else if (this.#files.patch?.ok) this.#touches(patch, this.#files.patch.value)
    else if (this.#files.patch !== null) {
      const { at, why } = this.#files.patch.refusal
      this.#wrong('/patch', `${patch}, ${at}: ${why}`, 'git diff writes such patches')
    }
    if (tests.length > 0) return
    this.#lacks('E4', '/tests', 'are not given: a patch could break what nobody looks at')
  }

  network(): void {
    for (const name of ['build', 'tests'] as const) {
      for (const [index, script] of this.#bundle[name].entries()) {
        if (!/\b(?:https?|ftp|git|ssh):\/\//i.test(script)) continue
        const why = 'asks the network, which no sandbox has: bring along what it needs'
        this.#lacks(null, `/${name}/${index}`, why)
      }
    }
  }

  #touches(patch: string, files: readonly Patched[]): void {
    const { target } = this.#files
    if (target === null) return
    const faults = files.flatMap(({ oldPath, newPath }) => [
      ...(oldPath !== null && !target.has(oldPath)
        ? [`changes ${oldPath}, not in the target`]
        : []),
      ...(newPath !== null && newPath !== oldPath && target.has(newPath)
        ? [`adds ${newPath}, which the target has`]
        : []),
    ])
    for (const fault of faults.slice(0, faultsMax)) this.#wrong('/patch', `${patch} ${fault}`)
  }

  #attempt(pointer: string, attempt: Attempt): void {
    const { run } = this.#bundle
    const { input, exchange } = attempt
    if (run.kind === 'service') {
      if (input !== null) this.#wrong(`${pointer}/input`, 'is no part of a service: say exchange')
      if (exchange === null) this.#wrong(pointer, 'has no exchange', 'say what is asked instead')
      else this.#exchange(`${pointer}/exchange`, exchange)
      return
    }
    if (exchange !== null) this.#wrong(`${pointer}/exchange`, 'needs a service, which is not run')
    if (input === null) {
      this.#wrong(pointer, 'has no input, and so is the run itself', 'say input: a file')
    } else if (run.input.kind === 'none') {
      this.#wrong(`${pointer}/input`, 'is given, but the run reads none')
    } else if (this.#file(`${pointer}/input`, input)) {
      const isSame = this.#digestOf(input) === this.#digestOf(run.input.path)
      if (isSame) this.#wrong(`${pointer}/input`, `${input} holds the same as the run's input`)
    }
  }

  #exchange(pointer: string, exchange: readonly HttpStep[]): void {
    for (const [index, { body }] of exchange.entries()) {
      if (body !== null && 'path' in body) this.#file(`${pointer}/${index}/body-file`, body.path)
    }
  }

  /** Whether a file is there; tells where it is not. */
  #file(pointer: string, path: string, bytesMax = givenBytesMax): boolean {
    const found = this.#files.entries.get(path)
    if (found === undefined) this.#missing(pointer, path)
    else if (found.kind === 'folder') this.#wrong(pointer, `${path} is a folder, not a file`)
    else if (found.sizeBytes > bytesMax) {
      this.#wrong(pointer, `${path} has ${found.sizeBytes} bytes, more than ${bytesMax}`)
    }
    return found?.kind === 'file'
  }

  #digest(pointer: string, named: { readonly path: string; readonly sha256: string }): void {
    if (!this.#file(`${pointer}/path`, named.path, Number.POSITIVE_INFINITY)) return
    const found = this.#digestOf(named.path)
    if (found === named.sha256) return
    this.#wrong(`${pointer}/sha256`, `is not that of ${named.path}, which is ${found}`)
  }

  #digestOf(path: string): string | null {
    const found = this.#files.entries.get(path)
    return found?.kind === 'file' ? found.sha256 : null
  }

  #missing(pointer: string, path: string): void {
    this.#wrong(pointer, `${path} is not in the bundle`, 'add it, or mend the path')
  }

  #wrong(pointer: string, why: string, hint?: string): void {
    const hints = hint === undefined ? {} : { hint }
    this.problems.push({ pointer, line: this.#lineOf(pointer), why, ...hints })
  }

  #lacks(level: BundleRemark['level'], pointer: string, why: string): void {
    this.remarks.push({ level, pointer, line: this.#lineOf(pointer), why })
  }
}
