import { decodeDocuments, type Part, recogniseDocuments } from '#formats/advisory/documents.ts'
import type { Decoder } from '#formats/finding/decoder.ts'
import type { Finding, Tool } from '#formats/finding/finding.ts'
import { isArray, isObject, type JsonObject, type Reader } from '#formats/json/reader.ts'
import { addressesOf } from './address.ts'
import { reportInvocations } from './invocation.ts'
import { findingOf, type RunScope } from './result.ts'
import { driverOf, rulesOf } from './rule.ts'
import { overridesOf } from './severity.ts'
import { taxaOf } from './taxon.ts'

/** Reads static analysis results: SARIF 2.1.0, and older versions as far as they mean the same. */
export const sarifDecoder: Decoder = {
  name: 'sarif',
  title: 'SARIF 2.1.0',
  source: 'OASIS SARIF 2.1.0 errata 01 and its JSON schema; drafts and 1.0.0 from real logs',
  recognise: (material) => recogniseDocuments(material, judge),
  decode: (material) => decodeDocuments(material, decodeLog),
}

function judge(log: JsonObject): 0 | 1 | 2 | 3 {
  const { version, runs, $schema: schema } = log
  if (typeof schema === 'string' && /sarif/i.test(schema)) return 3
  if (!isArray(runs)) return 0
  const hasTool = runs.some((run) => isObject(run) && isObject(run['tool']))
  const isVersion = typeof version === 'string' && /^[12]\.\d+\.\d+/.test(version)
  if (isVersion && (hasTool || runs.length === 0)) return 3
  return hasTool ? 2 : 0
}

function decodeLog(log: Reader): Part {
  const spec = log.textish('version')
  if (spec === undefined) log.problem({ code: 'missing-field', why: 'no version', key: 'version' })
  else if (spec !== '2.1.0') {
    const why = `SARIF ${spec} is read as far as it means the same as 2.1.0`
    log.problem({ code: 'bad-value', why, key: 'version', hint: 'convert the log to 2.1.0' })
  }
  if (!log.has('runs')) {
    log.problem({ code: 'missing-field', why: 'no runs: no results to read', lost: true })
  }
  return { spec, findings: log.objects('runs').flatMap(decodeRun) }
}

function decodeRun(run: Reader): Finding[] {
  const driver = driverOf(run)
  const cweOf = taxaOf(run)
  const scope: RunScope = {
    run,
    tool: toolOf(driver),
    findRule: rulesOf(run, cweOf),
    cweOf,
    overrides: overridesOf(run),
    addresses: addressesOf(run),
    repository: repositoryOf(run),
  }
  reportInvocations(run, scope.tool?.name ?? 'the tool')
  return run.objects('results').flatMap((result) => findingOf(result, scope) ?? [])
}

function toolOf(driver: Reader): Tool | undefined {
  const name = driver.text('name') ?? driver.text('fullName')
  if (name === undefined) return undefined
  const version =
    driver.textish('semanticVersion') ??
    driver.textish('version') ??
    driver.textish('dottedQuadFileVersion')
  return { name, ...(version !== undefined && { version }) }
}

/** Section 3.14.10: the repository and commit that were scanned. */
function repositoryOf(run: Reader): RunScope['repository'] {
  const provenance = run.raw('versionControlProvenance')
  const found = isArray(provenance)
    ? run.objects('versionControlProvenance')
    : [run.object('versionControlProvenance')]
  for (const details of found) {
    const url = details.text('repositoryUri') ?? details.text('uri')
    const revision = details.text('revisionId')
    if (url !== undefined) return { url, ...(revision !== undefined && { revision }) }
  }
  return undefined
}
