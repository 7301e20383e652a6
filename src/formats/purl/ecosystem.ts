import type { Purl } from './purl.ts'

/**
 * The ecosystems by the names of the OSV schema 1.7 (`ecosystemName` in `validation/schema.json`),
 * with CPAN, CocoaPods, Conda, Fedora and others that advisories name and OSV does not. Each says
 * its purl type (with the namespace that tells distributions apart) and what other tools call it:
 * GitHub's advisory API, Trivy, Grype, Snyk, DefectDojo imports, and the languages themselves.
 * A package format that several distributions share (`deb`, `rpm`, `apk`) names none of them.
 */
const table = {
  AlmaLinux: { purl: 'rpm/almalinux', also: ['alma'] },
  Alpaquita: { purl: 'apk/alpaquita' },
  Alpine: { purl: 'apk/alpine', also: ['alpinelinux'] },
  'Amazon Linux': { purl: 'rpm/amzn', also: ['amzn'] },
  Android: {},
  'Arch Linux': { purl: 'alpm/arch', also: ['arch'] },
  'Azure Linux': { purl: 'rpm/azurelinux', also: ['mariner', 'cbl-mariner'] },
  'BellSoft Hardened Containers': { purl: 'apk/bellsoft-hardened-containers' },
  Bioconductor: { purl: 'bioconductor' },
  Bitnami: { purl: 'bitnami' },
  CPAN: { purl: 'cpan', also: ['perl'] },
  CRAN: { purl: 'cran', also: ['r', 'r-package'] },
  Chainguard: { purl: 'apk/chainguard' },
  CleanStart: { purl: 'apk/cleanstart' },
  CocoaPods: { purl: 'cocoapods', also: ['cocoapod', 'pods', 'pod'] },
  ConanCenter: { purl: 'conan', also: ['conan'] },
  Conda: { purl: 'conda', also: ['conda-pkg', 'anaconda'] },
  Debian: { purl: 'deb/debian' },
  'Docker Hardened Images': { purl: 'dhi' },
  Echo: { purl: 'deb/echo' },
  Fedora: { purl: 'rpm/fedora' },
  FreeBSD: {},
  GHC: {},
  'GitHub Actions': { purl: 'github', also: ['actions', 'github-action'] },
  Go: {
    purl: 'golang',
    also: ['golang', 'gomod', 'go-module', 'go-modules', 'gobinary'],
  },
  Hackage: { purl: 'hackage', also: ['haskell', 'cabal'] },
  Hex: { purl: 'hex', also: ['erlang', 'elixir', 'mix', 'hex.pm'] },
  Julia: { purl: 'julia' },
  Kubernetes: {},
  Linux: { also: ['kernel', 'linux-kernel'] },
  Mageia: { purl: 'rpm/mageia' },
  Maven: {
    purl: 'maven',
    also: ['java', 'java-archive', 'gradle', 'jar', 'pom', 'mvn', 'maven-central', 'sbt'],
  },
  MinimOS: { purl: 'apk/minimos' },
  NuGet: { purl: 'nuget', also: ['.net', 'dotnet', 'dotnet-core', 'csharp', 'c#'] },
  'OSS-Fuzz': { purl: 'generic', also: ['ossfuzz'] },
  'Oracle Linux': { purl: 'rpm/oracle', also: ['ol'] },
  Packagist: { purl: 'composer', also: ['composer', 'php', 'php-composer', 'composer-vendor'] },
  'Photon OS': { purl: 'rpm/photon', also: ['photon'] },
  Pub: { purl: 'pub', also: ['dart', 'dart-pub', 'flutter', 'pub.dev'] },
  PyPI: {
    purl: 'pypi',
    also: ['pip', 'python', 'python-pkg', 'pipenv', 'poetry', 'uv', 'python-package', 'wheel'],
  },
  'Red Hat': { purl: 'rpm/redhat', also: ['rhel', 'red hat enterprise linux'] },
  'Rocky Linux': { purl: 'rpm/rocky', also: ['rocky'] },
  Root: {},
  RubyGems: { purl: 'gem', also: ['gem', 'gems', 'ruby', 'bundler', 'gemspec', 'rubygem'] },
  SUSE: { purl: 'rpm/suse', also: ['sles', 'suse linux enterprise server'] },
  SwiftURL: { purl: 'swift', also: ['swift', 'swiftpm', 'swift-package-manager'] },
  TuxCare: {},
  Ubuntu: { purl: 'deb/ubuntu' },
  VSCode: { purl: 'vscode-extension', also: ['vscode-extension', 'openvsx'] },
  Wolfi: { purl: 'apk/wolfi' },
  'crates.io': { purl: 'cargo', also: ['cargo', 'rust', 'crates', 'crate', 'rust-crate'] },
  npm: {
    purl: 'npm',
    also: ['npmjs', 'node', 'nodejs', 'node-pkg', 'yarn', 'pnpm', 'javascript', 'node.js', 'js'],
  },
  opam: { purl: 'opam', also: ['ocaml'] },
  openEuler: { purl: 'rpm/openeuler' },
  openSUSE: { purl: 'rpm/opensuse' },
} as const satisfies Record<string, { purl?: string; also?: readonly string[] }>

/** One ecosystem by its canonical name: OSV's where OSV has one. */
export type Ecosystem = keyof typeof table

type Row = { readonly purl?: string; readonly also?: readonly string[] }

const rows: Readonly<Record<Ecosystem, Row>> = table
const isEcosystem = (name: string): name is Ecosystem => Object.hasOwn(table, name)

/** Every ecosystem known by name. */
export const ecosystems: readonly Ecosystem[] = Object.keys(table).filter(isEcosystem)

/** Spellings are compared without case, spaces, underscores and dashes. */
const squeeze = (text: string): string => text.toLowerCase().replace(/[\s_-]+/g, '')

const bySpelling = new Map<string, Ecosystem>(
  ecosystems.flatMap((name): [string, Ecosystem][] => [
    ...(rows[name].also ?? []).map((also): [string, Ecosystem] => [squeeze(also), name]),
    [squeeze(name), name],
  ]),
)

/** An ecosystem with the release that a document may add after a colon: `Debian:12`. */
export type EcosystemRelease = { readonly name: Ecosystem; readonly release?: string }

/**
 * The ecosystem that a document means by `text`: any spelling, with or without a release. Null
 * for a name that nobody here knows; such a name is kept as it is written, not guessed at.
 */
export function parseEcosystem(text: string): EcosystemRelease | null {
  const colon = text.indexOf(':')
  const name = bySpelling.get(squeeze(colon < 0 ? text : text.slice(0, colon)))
  if (!name) return null
  const release = colon < 0 ? '' : text.slice(colon + 1).trim()
  return release === '' ? { name } : { name, release }
}

/** The canonical name of an ecosystem, without its release; null for an unknown one. */
export const ecosystemNamed = (text: string): Ecosystem | null => parseEcosystem(text)?.name ?? null

/** The purl type of an ecosystem, and the namespace that a distribution's purls carry. */
export function purlTypeOf(name: Ecosystem): { type: string; namespace?: string } | null {
  const { purl } = rows[name]
  if (purl === undefined) return null
  const [type = '', namespace] = purl.split('/')
  return namespace === undefined ? { type } : { type, namespace }
}

/** What tools write in purls besides the canonical type and namespace. */
const variants: readonly (readonly [string, Ecosystem])[] = [
  ['githubactions', 'GitHub Actions'],
  ['rpm/alma', 'AlmaLinux'],
  ['rpm/amazon', 'Amazon Linux'],
  ['rpm/cbl-mariner', 'Azure Linux'],
  ['rpm/mariner', 'Azure Linux'],
  ['rpm/ol', 'Oracle Linux'],
  ['rpm/oraclelinux', 'Oracle Linux'],
  ['rpm/opensuse-leap', 'openSUSE'],
  ['rpm/opensuse-tumbleweed', 'openSUSE'],
  ['rpm/rhel', 'Red Hat'],
  ['rpm/rockylinux', 'Rocky Linux'],
  ['rpm/sled', 'SUSE'],
  ['rpm/sles', 'SUSE'],
]

/** Types of which only some packages belong to the ecosystem that writes them. */
const shared = new Set(['generic', 'github'])

const byPurl = new Map<string, Ecosystem>([
  ...ecosystems.flatMap((name): [string, Ecosystem][] => {
    const { purl } = rows[name]
    return purl === undefined || shared.has(purl) ? [] : [[purl, name]]
  }),
  ...variants,
])

/**
 * The ecosystem that a purl belongs to. Null where the type alone does not say: `generic` and
 * `github` purls, and packages of a distribution that is not known.
 */
export function ecosystemOf(purl: Pick<Purl, 'type' | 'namespace'>): Ecosystem | null {
  const [vendor = ''] = (purl.namespace ?? '').toLowerCase().split('/')
  return byPurl.get(purl.type) ?? byPurl.get(`${purl.type}/${vendor}`) ?? null
}
