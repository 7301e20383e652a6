import { crashesIn } from '#formats/crash/crash.ts'
import type { Attempt, HttpStep, ProofBundle } from '#formats/proof/bundle.ts'
import type { Given } from '#platform/sandbox/sandbox.ts'
import {
  type Assertion,
  type AttemptPlan,
  type Feed,
  isOwnPlace,
  type ReadyStep,
} from './attempt.ts'
import type { OpenBundle } from './open-bundle.ts'

/** A named feed: the benign control, a variant. */
export type NamedFeed = { readonly name: string; readonly feed: Feed }

/** A proof with its files at hand, ready to be run. */
export type Prepared = {
  readonly plan: AttemptPlan
  readonly feed: Feed
  readonly benign: NamedFeed | null
  readonly variants: readonly NamedFeed[]
  readonly patch: string | null
  /** What is missing or contradicts itself, in plain words; empty when nothing is. */
  readonly lacks: readonly string[]
}

/** Reads what a proof names of its bundle, and gathers everything that is not as it must be. */
export async function prepare({ proof, read }: OpenBundle): Promise<Prepared> {
  const files = new BundleFiles(read)
  const feed = await files.feedOf(proof, { input: null, exchange: null }, 'the proof')
  const benign =
    proof.benign === null
      ? null
      : { name: 'the benign control', feed: await files.feedOf(proof, proof.benign, 'benign') }
  const variants: NamedFeed[] = []
  for (const variant of proof.variants) {
    const name = `the variant ${variant.name}`
    variants.push({ name, feed: await files.feedOf(proof, variant, name) })
  }
  const assertion = await files.assertionOf(proof)
  const patch = proof.patch === null ? null : await files.textOf(proof.patch, 'the patch')
  const { run, oracle, limits } = proof
  return {
    plan: { run, oracle, assertion, limits },
    feed,
    benign,
    variants,
    patch,
    lacks: [...files.lacks, ...contradictions(proof, feed, benign)],
  }
}

class BundleFiles {
  readonly #read: OpenBundle['read']
  readonly lacks: string[] = []

  constructor(read: OpenBundle['read']) {
    this.#read = read
  }

  async bytesOf(path: string, of: string): Promise<Uint8Array> {
    const bytes = await this.#read(path)
    if (bytes === null) this.lacks.push(`${of} needs the file ${path}, which is not in the bundle`)
    return bytes ?? new Uint8Array()
  }

  async textOf(path: string, of: string): Promise<string> {
    return new TextDecoder().decode(await this.bytesOf(path, of))
  }

  async feedOf({ run }: ProofBundle, attempt: Attempt, of: string): Promise<Feed> {
    if (run.kind === 'service') {
      const exchange: ReadyStep[] = []
      for (const step of attempt.exchange ?? run.exchange) {
        exchange.push(await this.#stepOf(step, of))
      }
      return { input: null, exchange }
    }
    if (run.input.kind === 'none') return { input: null, exchange: [] }
    const path = attempt.input ?? run.input.path
    return { input: await this.bytesOf(path, of), exchange: [] }
  }

  async #stepOf(step: HttpStep, of: string): Promise<ReadyStep> {
    const { body } = step
    if (body === null) return { ...step, body }
    const bytes =
      'text' in body ? new TextEncoder().encode(body.text) : await this.bytesOf(body.path, of)
    return { ...step, body: bytes }
  }

  /** The asserting program's words that name files of the bundle become paths in the sandbox. */
  async assertionOf({ oracle }: ProofBundle): Promise<Assertion | null> {
    if (oracle.kind !== 'assertion') return null
    const files: Given[] = []
    const command: string[] = []
    for (const [at, word] of oracle.command.entries()) {
      const isPath = /[./]/.test(word) && !word.startsWith('/') && !word.startsWith('-')
      const bytes = isPath ? await this.#read(word) : null
      if (bytes === null) {
        command.push(word)
        continue
      }
      const name = `assert-${at}`
      files.push({ name, bytes, isProgram: at === 0 })
      command.push(`/parley/in/${name}`)
    }
    return { command, files }
  }
}

/** What of a proof cannot show anything, however it is run. */
function contradictions(
  { run, oracle, authorisation, proposed }: ProofBundle,
  feed: Feed,
  benign: NamedFeed | null,
): readonly string[] {
  const lacks: string[] = []
  if (proposed !== null) lacks.push(`a person who looked at it before it is run: ${proposed}`)
  if (authorisation.statement.trim() === '') lacks.push('a statement why this may be run')
  if (run.kind === 'service' && feed.exchange.length === 0) {
    lacks.push('requests to the service: without any, nothing is tried')
  }
  if (run.kind === 'command' && oracle.kind === 'http') {
    lacks.push('a service to run: an answer over HTTP is looked for, but a command is run')
  }
  if (oracle.kind === 'canary-read' && !isOwnPlace(oracle.path) && saysItself(feed, oracle.text)) {
    lacks.push('a canary that is not in the input: what is fed in may come out without a flaw')
  }
  if (oracle.kind === 'canary-read' && oracle.text.length < canaryTextMin) {
    lacks.push(`a canary of at least ${canaryTextMin} characters: shorter ones are found by chance`)
  }
  if (oracle.kind === 'exit' && oracle.code === 0 && oracle.says === null) {
    lacks.push('a sign: exit code 0 alone is what a program without flaw answers')
  }
  if (oracle.kind === 'exit' && oracle.code === 0 && saysItself(feed, oracle.says ?? '')) {
    lacks.push('a sign that is not in the input: a program without flaw may print what it reads')
  }
  if (oracle.kind === 'sanitizer' && crashesIn(textOfFeed(feed)).length > 0) {
    lacks.push(
      'an input without a crash report in it: a program without flaw may print what it reads',
    )
  }
  if (oracle.kind === 'http' && oracle.status === null && oracle.says === null) {
    lacks.push('a sign: neither status nor text of the answer is named')
  }
  if (benign !== null && isSameFeed(feed, benign.feed)) {
    lacks.push('a benign control that differs from the proof')
  }
  return lacks
}

const canaryTextMin = 4

const textOfFeed = ({ input, exchange }: Feed): string => {
  const steps = exchange.map(({ body, ...step }) => [step, text(body)])
  return `${text(input)}\n${JSON.stringify(steps)}`
}

const text = (bytes: Uint8Array | null): string =>
  bytes === null ? '' : Buffer.from(bytes).toString('latin1')

const saysItself = (feed: Feed, canary: string): boolean =>
  canary !== '' && textOfFeed(feed).includes(canary)

/** Whether two feeds are the same bytes. */
export const isSameFeed = (one: Feed, other: Feed): boolean => textOfFeed(one) === textOfFeed(other)
