import { Document, Scalar, visit } from 'yaml'
import type { Attempt, HttpStep, Oracle, ProofBundle, Run } from './bundle.ts'
import { proofVersion } from './shape.ts'

/** A bundle as the members of `proof.yaml`, in the order in which people read them. */
function proofMembers(bundle: ProofBundle): Record<string, unknown> {
  const { title, proposed, target, location, build, run, oracle, benign, variants } = bundle
  const { patch, tests, authorisation, finder } = bundle
  return present({
    ...{ parley: proofVersion, title, proposed },
    target: present({ ...target.source, purl: target.purl }),
    location: location && present(location),
    ...{ environment: bundle.environment, build },
    run: runMembers(run),
    oracle: oracleMembers(oracle),
    benign: benign && attemptMembers(benign),
    variants: variants.map((one) => ({ name: one.name, ...attemptMembers(one) })),
    ...{ patch, tests },
    limits: limitMembers(bundle.limits),
    ...{ authorisation, finder: present(finder) },
  })
}

/** `proof.yaml` of a bundle: what `decodeProof` reads back as the same. */
export const encodeProof = (bundle: ProofBundle): string => yamlText(proofMembers(bundle))

/** Members as YAML 1.2 that `readYamlTree` reads back as the same. */
export function yamlText(members: Readonly<Record<string, unknown>>): string {
  const document = new Document(members, { aliasDuplicateObjects: false })
  visit(document, {
    Scalar: (_, scalar) => {
      if (!isPlainBlock(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE
    },
  })
  // Folded quotes do not keep every blank at the end of a line.
  return document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: longerThanAny })
}

/** Blocks do not keep every line end and blank apart: what has odd ones is written in quotes. */
const isPlainBlock = (value: unknown): boolean =>
  typeof value !== 'string' || !value.includes('\n') || !/(^|\n)\s|\s$|[^\S\n]\n|\r/.test(value)

const longerThanAny = 2 ** 30

/** Leaves out what is null: a member that is not said is not written. */
const present = (members: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null))

function runMembers(run: Run): Record<string, unknown> {
  if (run.kind === 'command') return run
  const { kind, command, port, readyWithinMs, exchange } = run
  return {
    ...{ kind, command, port, 'ready-within-seconds': readyWithinMs / 1000 },
    exchange: exchange.map(stepMembers),
  }
}

function stepMembers({ method, path, headers, body }: HttpStep): Record<string, unknown> {
  const sent =
    body === null ? {} : 'text' in body ? { body: body.text } : { 'body-file': body.path }
  return { method, path, headers, ...sent }
}

const attemptMembers = ({ input, exchange }: Attempt): Record<string, unknown> =>
  present({ input, exchange: exchange?.map(stepMembers) ?? null })

const oracleMembers = (oracle: Oracle): Record<string, unknown> => present(oracle)

const limitMembers = (limits: ProofBundle['limits']): Record<string, number> => ({
  'build-seconds': limits.buildSeconds,
  'run-seconds': limits.runSeconds,
  'memory-mib': limits.memoryMiB,
  processes: limits.processes,
  'disk-mib': limits.diskMiB,
  'output-mib': limits.outputMiB,
})
