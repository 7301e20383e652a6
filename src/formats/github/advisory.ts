import { cweNumbers, distinct, publicIds } from '#formats/advisory/identifiers.ts'
import { proofsIn } from '#formats/advisory/proof.ts'
import { oneLine, titleFrom } from '#formats/advisory/prose.ts'
import { parseComparators } from '#formats/advisory/ranges.ts'
import { severityOf } from '#formats/advisory/severity.ts'
import type { Component, Finding, Standing } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import { isArray, type Reader } from '#formats/json/reader.ts'
import { listIn, objectIn, textIn } from './said.ts'

/** What an advisory says, without place and original; absent members may be undefined. */
export type Said = { [K in keyof Omit<Finding, 'at' | 'original'>]: Finding[K] | undefined }

/**
 * A security advisory: of a repository, of the GitHub database, inside an alert, or the request
 * by which a finder reports one privately (then it has no identifier yet).
 */
export function advisoryOf(advisory: Reader): Said | undefined {
  const details = textIn(advisory, 'description')
  const ghsa = textIn(advisory, 'ghsa_id', 'ghsaId')
  const title = textIn(advisory, 'summary') ?? titleFrom(details) ?? ghsa
  if (title === undefined) {
    const why = 'neither summary nor description nor identifier'
    advisory.problem({ code: 'missing-field', why, lost: true })
    return undefined
  }
  const vulnerabilities = listIn(advisory, 'vulnerabilities')
  return {
    title: oneLine(title),
    details,
    nativeId: ghsa,
    aliases: namesOf(advisory, ghsa),
    ...ratingsOf(advisory),
    cwe: weaknessesOf(advisory),
    components: vulnerabilities.flatMap((one) => componentOf(one) ?? []),
    symbols: distinct(vulnerabilities.flatMap((one) => one.texts('vulnerable_functions'))),
    finders: findersOf(advisory),
    proofs: proofsIn(details),
    references: linksOf(advisory),
    fix: upgradeOf(vulnerabilities),
    published: textIn(advisory, 'published_at', 'publishedAt', 'created_at'),
    standing: standingOf(advisory),
  }
}

function namesOf(advisory: Reader, ghsa: string | undefined): string[] {
  const listed = listIn(advisory, 'identifiers')
    .map((one) => textIn(one, 'value'))
    .filter((id) => /^(CVE|GHSA)-/i.test(id ?? ''))
  return publicIds([ghsa, textIn(advisory, 'cve_id', 'cveId'), ...listed])
}

type Ratings = Pick<Said, 'severity' | 'cvss' | 'score' | 'epss'>

function ratingsOf(advisory: Reader): Ratings {
  const several = objectIn(advisory, 'cvss_severities', 'cvssSeverities')
  const ratings = [
    objectIn(several, 'cvss_v4', 'cvssV4'),
    objectIn(several, 'cvss_v3', 'cvssV3'),
    advisory.object('cvss'),
  ]
  const vectors = distinct([
    ...ratings.map((one) => textIn(one, 'vector_string', 'vectorString')),
    textIn(advisory, 'cvss_vector_string'),
  ])
  const scores = ratings.map((one) => one.numberish('score'))
  const chances = isArray(advisory.raw('epss'))
    ? advisory.objects('epss')
    : [advisory.object('epss')]
  return {
    severity: severityOf(textIn(advisory, 'severity')),
    cvss: vectors,
    // A score of zero is what GitHub writes where nothing was scored.
    score:
      vectors.length > 0
        ? undefined
        : scores.find((one) => one !== undefined && one > 0 && one <= 10),
    epss: chances
      .map((one) => one.numberish('percentage'))
      .find((one) => one !== undefined && one >= 0 && one <= 1),
  }
}

const weaknessesOf = (advisory: Reader): number[] =>
  cweNumbers([
    ...advisory.texts('cwe_ids'),
    ...listIn(advisory, 'cwes').flatMap((one) => textIn(one, 'cwe_id', 'cweId') ?? []),
  ])

/** A package with the versions that one entry of an advisory calls vulnerable. */
export function componentOf(vulnerability: Reader): Component | undefined {
  const named = vulnerability.object('package')
  const name = textIn(named, 'name')?.trim()
  if (name === undefined) return undefined
  const range = textIn(vulnerability, 'vulnerable_version_range', 'vulnerableVersionRange')
  const affected = range === undefined ? null : parseComparators(range)
  return present<Component>({
    name,
    ecosystem: textIn(named, 'ecosystem'),
    ranges: affected?.ranges ?? [],
    versions: affected?.versions ?? [],
  })
}

/** The version that ends an entry: a text, or an object around one. */
const patchedIn = (vulnerability: Reader): string | undefined => {
  const key = ['first_patched_version', 'firstPatchedVersion'].find((one) => vulnerability.has(one))
  if (key === undefined) return textIn(vulnerability, 'patched_versions')
  return typeof vulnerability.raw(key) === 'string'
    ? vulnerability.text(key)
    : vulnerability.object(key).text('identifier')
}

/** One sentence a package, where a patched version is known. */
export function upgradeOf(vulnerabilities: readonly Reader[]): string | undefined {
  const advice = vulnerabilities.map((one) => {
    const name = textIn(one.object('package'), 'name')
    const version = patchedIn(one)
    return name === undefined || version === undefined
      ? undefined
      : `Upgrade ${name} to ${version}.`
  })
  return distinct(advice).join(' ') || undefined
}

/** Roles of a credit that say who found it; a credit without a role counts as one. */
const finding = new Set(['finder', 'reporter', 'other', ''])

/** Those credited with the find; without any, the author of what was reported privately. */
function findersOf(advisory: Reader): string[] {
  const credits = [...advisory.objects('credits_detailed'), ...listIn(advisory, 'credits')]
  const credited = credits
    .filter((one) => finding.has((one.text('type') ?? '').toLowerCase()))
    .map((one) => one.object('user').text('login') ?? one.text('login'))
  const names = distinct(credited)
  if (names.length > 0 || !advisory.has('submission')) return names
  return distinct([advisory.object('author').text('login')])
}

function linksOf(advisory: Reader): string[] {
  const listed = advisory.raw('references')
  const isPlain = isArray(listed) && listed.every((one) => typeof one === 'string')
  const links = isPlain
    ? advisory.texts('references')
    : listIn(advisory, 'references').map((one) => one.text('url'))
  return distinct([...links, textIn(advisory, 'html_url', 'permalink')])
}

/** A withdrawn advisory, or one that the maintainers closed without publishing it. */
function standingOf(advisory: Reader): Standing | undefined {
  const withdrawn = textIn(advisory, 'withdrawn_at', 'withdrawnAt')
  if (withdrawn !== undefined) return { is: 'suppressed', why: `withdrawn ${withdrawn}` }
  const state = advisory.raw('state')
  return state === 'closed' || state === 'withdrawn' ? { is: 'suppressed', why: state } : undefined
}
