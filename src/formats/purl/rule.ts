/**
 * What one purl type demands of its components, as data. Source: the type definitions of the purl
 * specification (`types/*-definition.json`, ECMA-427 clause 6). Everything a rule leaves out is
 * the default: an optional, case-sensitive component of any characters.
 */
export type PurlRule = {
  readonly namespace?: 'required' | 'prohibited'
  /** Components that ignore case; their canonical form is lower case. */
  readonly folds?: readonly ('namespace' | 'name' | 'version' | 'subpath')[]
  /** The qualifiers that the type itself defines. */
  readonly keys?: readonly string[]
  /** Qualifiers without which a purl of the type names nothing. */
  readonly needs?: readonly string[]
  /** What the name, after case folding, has to look like. */
  readonly name?: RegExp
  readonly version?: RegExp
}

const plain: PurlRule = { namespace: 'prohibited' }
const forge: PurlRule = { namespace: 'required', folds: ['namespace', 'name'] }

const rules: ReadonlyMap<string, PurlRule> = new Map<string, PurlRule>([
  ['alpm', { ...forge, keys: ['arch'] }],
  ['apk', { ...forge, keys: ['arch'] }],
  ['bazel', plain],
  ['bitbucket', forge],
  ['bitnami', { ...plain, folds: ['name'], keys: ['arch', 'distro'] }],
  ['brew', { folds: ['namespace', 'name'] }],
  ['cargo', plain],
  [
    'chrome-extension',
    { ...plain, folds: ['name'], name: /^[a-p]{32}$/, version: /^\d+(\.\d+){0,3}$/ },
  ],
  ['cocoapods', { ...plain, name: /^[^.\s+][^\s+]*$/ }],
  ['composer', forge],
  ['conan', { keys: ['user', 'channel', 'rrev', 'prev'] }],
  ['conda', { ...plain, keys: ['build', 'channel', 'subdir', 'type'] }],
  ['cpan', { keys: ['author', 'distpath', 'ext'], name: /^(?!.*::)/s }],
  ['cran', plain],
  ['deb', { ...forge, keys: ['arch'] }],
  ['docker', {}],
  ['gem', { ...plain, keys: ['platform'] }],
  ['generic', { keys: ['download_url', 'checksum'] }],
  ['git', { namespace: 'required' }],
  ['github', forge],
  ['golang', { namespace: 'required' }],
  ['hackage', plain],
  ['hex', { folds: ['namespace', 'name'] }],
  ['huggingface', { namespace: 'required', folds: ['version'] }],
  ['julia', { ...plain, keys: ['uuid'], needs: ['uuid'] }],
  ['luarocks', { folds: ['namespace', 'name'] }],
  ['maven', { namespace: 'required', keys: ['classifier', 'type'] }],
  ['mlflow', { ...plain, keys: ['model_uuid', 'run_id'] }],
  ['npm', {}],
  ['nuget', plain],
  ['oci', { ...plain, folds: ['name', 'version'], keys: ['arch', 'tag'] }],
  ['opam', plain],
  ['otp', { ...plain, folds: ['name', 'subpath'], keys: ['platform', 'arch'] }],
  ['pub', { ...plain, folds: ['name'] }],
  ['pypi', { ...plain, folds: ['name', 'version'], keys: ['file_name'] }],
  ['qpkg', { namespace: 'required', folds: ['namespace'] }],
  ['rpm', { namespace: 'required', folds: ['namespace'], keys: ['epoch', 'arch'] }],
  ['swid', { keys: ['tag_id', 'tag_version', 'patch'], needs: ['tag_id'] }],
  ['swift', { namespace: 'required' }],
  ['vcpkg', { ...plain, keys: ['port_version', 'repository_revision', 'triplet'] }],
  [
    'vscode-extension',
    { namespace: 'required', folds: ['namespace', 'name', 'version'], keys: ['platform'] },
  ],
  ['yocto', { folds: ['namespace'], keys: ['layer_version'] }],
])

const none: PurlRule = {}

/** The rule of a type; a type that is not registered is free in everything. */
export const ruleOf = (type: string): PurlRule => rules.get(type) ?? none

/** The registered purl types, in alphabetical order. */
export const purlTypes: readonly string[] = [...rules.keys()]

/** Whether `type` (lower case) is registered with the specification. */
export const isPurlType = (type: string): boolean => rules.has(type)

/** Types whose names are paths, so that a slash inside a name is one that was escaped in error. */
const pathTypes = new Set(['npm', 'golang', 'composer', 'github', 'docker', 'maven', 'swift'])

export const isPathType = (type: string): boolean => pathTypes.has(type)

/** Hosts that ignore case, as `git` purls name them; elsewhere a repository's case matters. */
const foldingHosts = new Set([
  'github',
  'github.com',
  'gitlab.com',
  'bitbucket.org',
  'codeberg.org',
])

/** The normal form of a name beyond case folding, where the definition states one in words. */
export function normalName(type: string, name: string, around: NameContext): string {
  if (type === 'pypi') return name.replaceAll('_', '-')
  if (type === 'pub') return name.replace(/[^a-z0-9_]/g, '_')
  if (type === 'git' && foldingHosts.has(hostOf(around.namespace))) return name.toLowerCase()
  // Databricks folds the case of model names, Azure does not, and others do not say.
  if (type === 'mlflow' && around.repository?.includes('.azuredatabricks.net'))
    return name.toLowerCase()
  return name
}

/** The normal form of a namespace beyond case folding. */
export function normalNamespace(type: string, namespace: string): string {
  if (type === 'cpan') return namespace.toUpperCase()
  if (type === 'git' && foldingHosts.has(hostOf(namespace))) return namespace.toLowerCase()
  return namespace
}

/** What besides the name itself decides the normal form of a name. */
export type NameContext = {
  readonly namespace?: string | undefined
  readonly repository?: string | undefined
}

const hostOf = (namespace = ''): string => (namespace.split('/')[0] ?? '').toLowerCase()
