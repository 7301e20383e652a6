import { type Ecosystem, ecosystemNamed } from '#formats/purl/ecosystem.ts'
import type { VersionOrder } from './order.ts'
import { apkOrder } from './order-apk.ts'
import { composerOrder } from './order-composer.ts'
import { conanOrder } from './order-conan.ts'
import { datetimeOrder } from './order-datetime.ts'
import { debOrder, lexicographicOrder, opamOrder } from './order-deb.ts'
import { gemOrder } from './order-gem.ts'
import { genericOrder } from './order-generic.ts'
import { gentooOrder } from './order-gentoo.ts'
import { mavenOrder } from './order-maven.ts'
import { cpanOrder, cranOrder, hackageOrder, intdotOrder } from './order-numbers.ts'
import { opensslOrder } from './order-openssl.ts'
import { pypiOrder } from './order-pypi.ts'
import { alpmOrder, rpmOrder } from './order-rpm.ts'
import { golangOrder, nugetOrder, pubOrder, semverOrder } from './order-semver.ts'

/** Every version scheme, by its vers type: the purl type where there is one. */
export const orders = {
  alpm: alpmOrder,
  apk: apkOrder,
  cargo: semverOrder,
  composer: composerOrder,
  conan: conanOrder,
  cpan: cpanOrder,
  cran: cranOrder,
  datetime: datetimeOrder,
  deb: debOrder,
  gem: gemOrder,
  generic: genericOrder,
  gentoo: gentooOrder,
  golang: golangOrder,
  hackage: hackageOrder,
  hex: semverOrder,
  intdot: intdotOrder,
  julia: semverOrder,
  lexicographic: lexicographicOrder,
  maven: mavenOrder,
  nginx: intdotOrder,
  npm: semverOrder,
  nuget: nugetOrder,
  opam: opamOrder,
  openssl: opensslOrder,
  pub: pubOrder,
  pypi: pypiOrder,
  rpm: rpmOrder,
  semver: semverOrder,
  swift: semverOrder,
} as const satisfies Record<string, VersionOrder>

export type VersionScheme = keyof typeof orders

export const isVersionScheme = (name: string): name is VersionScheme => Object.hasOwn(orders, name)

/** Every scheme, in alphabetical order. */
export const versionSchemes: readonly VersionScheme[] = Object.keys(orders).filter(isVersionScheme)

/**
 * The scheme by which each ecosystem orders its versions, after the OSV schema ("Defined
 * ecosystems"). Kernel, Android and Kubernetes versions follow no registry: the generic order.
 */
const schemes: Readonly<Record<Ecosystem, VersionScheme>> = {
  AlmaLinux: 'rpm',
  Alpaquita: 'apk',
  Alpine: 'apk',
  'Amazon Linux': 'rpm',
  Android: 'generic',
  'Arch Linux': 'alpm',
  'Azure Linux': 'rpm',
  'BellSoft Hardened Containers': 'apk',
  Bioconductor: 'semver',
  Bitnami: 'semver',
  CPAN: 'cpan',
  CRAN: 'cran',
  Chainguard: 'apk',
  CleanStart: 'apk',
  CocoaPods: 'gem',
  ConanCenter: 'conan',
  Conda: 'generic',
  Debian: 'deb',
  'Docker Hardened Images': 'semver',
  Echo: 'deb',
  Fedora: 'rpm',
  FreeBSD: 'generic',
  GHC: 'semver',
  'GitHub Actions': 'semver',
  Go: 'golang',
  Hackage: 'hackage',
  Hex: 'hex',
  Julia: 'julia',
  Kubernetes: 'semver',
  Linux: 'generic',
  Mageia: 'rpm',
  Maven: 'maven',
  MinimOS: 'apk',
  NuGet: 'nuget',
  'OSS-Fuzz': 'generic',
  'Oracle Linux': 'rpm',
  Packagist: 'composer',
  'Photon OS': 'rpm',
  Pub: 'pub',
  PyPI: 'pypi',
  'Red Hat': 'rpm',
  'Rocky Linux': 'rpm',
  Root: 'generic',
  RubyGems: 'gem',
  SUSE: 'rpm',
  SwiftURL: 'swift',
  TuxCare: 'generic',
  Ubuntu: 'deb',
  VSCode: 'semver',
  Wolfi: 'apk',
  'crates.io': 'cargo',
  npm: 'npm',
  opam: 'opam',
  openEuler: 'rpm',
  openSUSE: 'rpm',
}

/**
 * The scheme of an ecosystem, in any spelling and with or without a release, or of a purl or vers
 * type. Null for a name that means neither: whoever wants an order all the same asks for
 * `generic`, and knows then that it is a guess.
 */
export function schemeOf(ecosystem: string): VersionScheme | null {
  const name = ecosystemNamed(ecosystem)
  if (name) return schemes[name]
  const type = ecosystem.trim().toLowerCase()
  return isVersionScheme(type) ? type : null
}
