import assert from 'node:assert/strict'
import { test } from 'node:test'
import ts from 'typescript'
import { importsOf, lineOf, nodesOf, type Source, sources } from './source.ts'

const functionLinesMax = 60
const fileLinesMax = 400
const columnsMax = 100
const parametersMax = 3

/** Exceptions to the limits, each with its reason. This list may only shrink. */
const exceptions: Readonly<Record<string, string>> = {}

const bannedWords = /^(utils?|helpers?|common|misc|manager|service|handler|data|info|impl|new|v2)$/
const roles = /^((store|wire|routes|jobs)(\.test)?|test|generated|d)$/

const allowed = (finding: string): boolean =>
  !Object.hasOwn(exceptions, finding.split(':')[0] ?? '')
const none = (findings: readonly string[]): void =>
  assert.deepEqual(findings.filter(allowed), [], findings.join('\n'))

const floors = ['kernel', 'formats', 'platform', 'features', 'main'] as const
const reach: Readonly<Record<string, readonly string[]>> = {
  kernel: ['kernel'],
  formats: ['kernel', 'formats'],
  platform: ['kernel', 'platform'],
  features: ['kernel', 'formats', 'platform', 'features'],
  main: [...floors],
}
/** Dependency order of the features: each may import those before it. */
const features = [
  ...['org', 'ledger', 'label', 'catalog', 'scan', 'report', 'correlate', 'proof', 'priority'],
  ...['case', 'advisory', 'exposure', 'engagement', 'evaluation', 'programme', 'exchange'],
]

const production = sources.filter(({ path }) => path.startsWith('src/'))
const floorOf = (path: string): string => path.split('/')[1] ?? ''
const isTest = (path: string): boolean => path.endsWith('.test.ts')

test('imports point down: main, features, (formats, platform), kernel', () => {
  const wrong = production.flatMap((source) =>
    importsOf(source)
      .filter((to) => to.startsWith('src/'))
      .filter((to) => !reach[floorOf(source.path)]?.includes(floorOf(to)))
      .map((to) => `${source.path}: imports ${to}`),
  )
  none(wrong)
})

test('only checks of the sources load them: parsing them all takes seconds for each file', () => {
  const wrong = sources
    .filter(({ path }) => !path.startsWith('test/tidy/'))
    .filter((source) => importsOf(source).includes('test/tidy/source.ts'))
    .map(({ path }) => path)
  none(wrong)
})

test('features import only the features before them', () => {
  const orderOf = (path: string): number => features.indexOf(path.split('/')[2] ?? '')
  const inside = production.filter(({ path }) => path.startsWith('src/features/'))
  const wrong = inside.flatMap((source) => {
    if (orderOf(source.path) < 0) return [`${source.path}: is in no known feature`]
    return importsOf(source)
      .filter((to) => to.startsWith('src/features/') && orderOf(to) > orderOf(source.path))
      .map((to) => `${source.path}: imports ${to}`)
  })
  none(wrong)
})

test('the kernel imports nothing, formats and rules touch no file, network or clock', () => {
  const machinery = /^node:(fs|net|http|https|child_process|worker_threads|os|dns|tls)/
  const wrong = production.flatMap((source) => {
    const from = importsOf(source).filter((to) => !to.startsWith('src/'))
    if (isTest(source.path)) return []
    if (source.path.startsWith('src/kernel/')) return from.map((to) => `${source.path}: ${to}`)
    if (!source.path.startsWith('src/formats/')) return []
    return from.filter((to) => machinery.test(to)).map((to) => `${source.path}: imports ${to}`)
  })
  none(wrong)
})

test(`files have at most ${fileLinesMax} lines of at most ${columnsMax} columns`, () => {
  const wrong = sources.flatMap(({ path, text }) => {
    const lines = text.split('\n')
    const wide = lines.flatMap((line, index) =>
      line.length > columnsMax ? [`${path}:${index + 1}: ${line.length} columns`] : [],
    )
    // What is generated grows with what it is made from, and is read by nobody from top to bottom.
    const isLong = lines.length > fileLinesMax + 1 && !path.endsWith('.generated.ts')
    return isLong ? [`${path}: ${lines.length} lines`, ...wide] : wide
  })
  none(wrong)
})

type Callable =
  | ts.FunctionDeclaration
  | ts.MethodDeclaration
  | ts.ArrowFunction
  | ts.FunctionExpression

const isCallable = (node: ts.Node): node is Callable =>
  ts.isFunctionDeclaration(node) ||
  ts.isMethodDeclaration(node) ||
  ts.isArrowFunction(node) ||
  ts.isFunctionExpression(node)

/** What `describe` is given holds the sentences of a test file together; it has no caller. */
const isChapter = (node: ts.Node): boolean =>
  ts.isCallExpression(node.parent) && node.parent.expression.getText() === 'describe'

const callables = (source: Source): Callable[] =>
  [...nodesOf(source.tree)].filter(isCallable).filter((node) => !isChapter(node))

test(`functions have at most ${functionLinesMax} lines and ${parametersMax} parameters`, () => {
  const wrong = sources.flatMap((source) =>
    callables(source).flatMap((node) => {
      const line = lineOf(source, node)
      const lines = node.getText(source.tree).split('\n').length
      const at = `${source.path}:${line}`
      const found: string[] = []
      if (lines > functionLinesMax) found.push(`${at}: a function of ${lines} lines`)
      if (node.parameters.length > parametersMax) {
        found.push(`${at}: ${node.parameters.length} positional parameters`)
      }
      return found
    }),
  )
  none(wrong)
})

test('no any, no unchecked as, no enum, namespace, default export or re-export', () => {
  const wrong = sources.flatMap((source) =>
    [...nodesOf(source.tree)].flatMap((node) => {
      const at = `${source.path}:${lineOf(source, node)}`
      if (node.kind === ts.SyntaxKind.AnyKeyword) return [`${at}: any`]
      if (ts.isAsExpression(node) && node.type.getText(source.tree) !== 'const') {
        return [`${at}: ${node.getText(source.tree).slice(0, 60)}`]
      }
      if (ts.isNonNullExpression(node)) return [`${at}: !`]
      if (ts.isEnumDeclaration(node) || ts.isModuleDeclaration(node)) return [`${at}: enum`]
      if (ts.isExportAssignment(node)) return [`${at}: default export`]
      if (ts.isExportDeclaration(node)) return [`${at}: re-export (barrel)`]
      return []
    }),
  )
  none(wrong)
})

test('names are kebab-case nouns of the field, with a known role', () => {
  const wrong = sources.flatMap(({ path }) => {
    const name = path.split('/').at(-1) ?? ''
    const [noun = '', ...rest] = name.replace(/\.ts$/, '').split('.')
    const role = rest.join('.')
    const found: string[] = []
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(noun)) found.push(`${path}: not kebab-case`)
    if (noun.split('-').some((word) => bannedWords.test(word))) found.push(`${path}: banned word`)
    if (role && !roles.test(role)) found.push(`${path}: unknown role ${role}`)
    return found
  })
  none(wrong)
})

test('process.env is read only in platform/config, in tools, bench and tests', () => {
  const wrong = production
    .filter(({ path }) => !path.startsWith('src/platform/config/') && !isTest(path))
    .flatMap((source) =>
      source.text.includes('process.env') ? [`${source.path}: process.env`] : [],
    )
  none(wrong)
})

test('no exception outlives its reason', () => {
  const paths = new Set(sources.map(({ path }) => path))
  assert.deepEqual(
    Object.keys(exceptions).filter((path) => !paths.has(path)),
    [],
  )
})
