/**
 * Version comparisons per second, by ecosystem, over the order fixtures where they stand beside
 * the checkout and over versions made here where not; the npm packages of the same purpose as
 * peers; and `dpkg --compare-versions`, where there is one, as an oracle for Debian.
 * Run: `node bench/version.ts`.
 */
import { spawnSync } from 'node:child_process'
import { compare as comparePep440 } from '@renovatebot/pep440'
import { gt } from '@renovatebot/ruby-semver'
import semver from 'semver'
import { compareVersions } from '#formats/version/compare.ts'
import { rangeFromNative } from '#formats/version/native.ts'
import { type VersionScheme, versionSchemes } from '#formats/version/scheme.ts'
import { versContains } from '#formats/version/vers.ts'
import { sharedPath } from '../test/corpus/shared.ts'
import { orderFolder, orderLines } from '../test/corpus/version-lines.ts'
import { figure, machineText } from './machine.ts'

type Pair = readonly [a: string, b: string]

const measuredMs = 400

/**
 * Runs over all pairs again and again for a while; runs a second of processor time, which other
 * work on the machine disturbs less than the clock on the wall.
 */
function rate(pairs: readonly Pair[], compare: (a: string, b: string) => unknown): number {
  const pass = (): void => {
    for (const [a, b] of pairs) compare(a, b)
  }
  pass()
  let runs = 0
  const started = process.cpuUsage()
  let spentMs = 0
  while (spentMs < measuredMs) {
    pass()
    runs += pairs.length
    const { user, system } = process.cpuUsage(started)
    spentMs = (user + system) / 1000
  }
  return (runs / spentMs) * 1000
}

const perSecond = (value: number): string => `${Math.round(value).toLocaleString('en-US')}/s`

/** Neighbouring releases, with the pre-releases and revisions that each scheme has. */
function madeVersions(scheme: VersionScheme): string[] {
  if (scheme === 'datetime')
    return Array.from({ length: 500 }, (_, at) => new Date(at * 86_400_000).toISOString())
  const tails: Partial<Record<VersionScheme, readonly string[]>> = {
    apk: ['-r0', '-r11', '_rc1-r2'],
    deb: ['-1', '-1+deb12u2', '~rc1-1'],
    rpm: ['-1.el9', '-12.el9_4', '~rc1-1'],
    maven: ['.Final', '-RC1', ''],
    pypi: ['', 'rc1', '.post1'],
    gem: ['', '.rc1', '.pre.2'],
    npm: ['', '-rc.1', '-alpha.10'],
  }
  return Array.from({ length: 500 }, (_, at) => {
    const [tail = ''] = (tails[scheme] ?? ['']).slice(at % 3)
    return `${at % 7}.${(at * 13) % 40}.${(at * 7) % 100}${tail}`
  })
}

const madePairs = (scheme: VersionScheme): Pair[] => {
  const versions = madeVersions(scheme)
  return versions.map((version, at): Pair => [version, versions[(at * 31 + 1) % 500] ?? version])
}

const peers: Partial<
  Record<VersionScheme, { readonly name: string; compare: (a: string, b: string) => unknown }>
> = {
  npm: { name: 'semver', compare: (a, b) => semver.compare(a, b, true) },
  semver: { name: 'semver', compare: (a, b) => semver.compare(a, b, true) },
  pypi: { name: '@renovatebot/pep440', compare: comparePep440 },
  gem: { name: '@renovatebot/ruby-semver', compare: gt },
}

/** Pairs that the peer can read at all: it is not asked about what it refuses. */
function readable(pairs: readonly Pair[], compare: (a: string, b: string) => unknown): Pair[] {
  return pairs.filter(([a, b]) => {
    try {
      compare(a, b)
      return true
    } catch {
      return false
    }
  })
}

function benchScheme(scheme: VersionScheme, pairs: readonly Pair[], source: string): void {
  const ours = (a: string, b: string): unknown => compareVersions(scheme, a, b)
  figure(`compare ${scheme}`, perSecond(rate(pairs, ours)), { size: `${pairs.length} ${source}` })
  const peer = peers[scheme]
  if (!peer) return
  const common = readable(pairs, peer.compare)
  figure(`  both read, ${scheme}`, perSecond(rate(common, ours)), {
    size: `${common.length} ${source}`,
    limit: `${peer.name} ${perSecond(rate(common, peer.compare))}`,
  })
}

/** Asks dpkg about each pair; a process a question, so only some. */
function askDpkg(pairs: readonly Pair[]): void {
  if (spawnSync('dpkg', ['--version']).status !== 0) {
    console.log('dpkg is not on this machine: no oracle for Debian')
    return
  }
  const operators = { '-1': 'lt', '0': 'eq', '1': 'gt' } as const
  let agreed = 0
  const started = performance.now()
  for (const [a, b] of pairs) {
    const sign = compareVersions('deb', a, b) ?? 0
    const operator = operators[sign]
    if (spawnSync('dpkg', ['--compare-versions', a, operator, b]).status === 0) agreed++
    else console.log(`dpkg disagrees: ${a} ${operator} ${b}`)
  }
  const asked = pairs.length / ((performance.now() - started) / 1000)
  figure('agreement with dpkg --compare-versions', `${agreed} of ${pairs.length}`, {
    size: 'pairs',
    limit: `one process a question: ${perSecond(asked)}`,
  })
}

/** Of random stretches of the characters that Debian versions are made of. */
function randomDebPairs(count: number): Pair[] {
  let state = 42
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % below
  }
  const characters = ['0', '1', '9', '10', 'a', 'b', 'Z', '~', '+', '.', '-', '0.', '1~']
  const version = (): string => {
    const parts = Array.from({ length: next(6) }, () => characters[next(characters.length)] ?? '')
    return `${next(8) === 0 ? `${next(3)}:` : ''}1${parts.join('')}1`
  }
  return Array.from({ length: count }, (): Pair => [version(), version()])
}

console.log(`machine: ${machineText()}`)
const folder = sharedPath(...orderFolder)
const lines = folder ? orderLines(folder) : new Map<VersionScheme, never[]>()
if (!folder) console.log('the order fixtures are not here: measured over versions made for it')
for (const scheme of versionSchemes) {
  const found = lines.get(scheme)?.map(({ a, b }): Pair => [a, b])
  if (found) benchScheme(scheme, found, 'fixture pairs')
  else benchScheme(scheme, madePairs(scheme), 'made pairs')
}
const range = rangeFromNative('npm', '>=1.2.0 <1.9.4 || >=2.0.0 <2.7.1 || ^3.1.0')
if (range)
  figure(
    'versContains, npm, three intervals',
    perSecond(rate(madePairs('npm'), (a) => versContains(range, a))),
    {
      size: '500 made versions',
    },
  )
const fixtures = lines.get('deb') ?? []
const everyNth = Math.max(1, Math.floor(fixtures.length / 300))
askDpkg([
  ...fixtures.filter((_, at) => at % everyNth === 0).map(({ a, b }): Pair => [a, b]),
  ...randomDebPairs(300),
])
