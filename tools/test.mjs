// `npm test`: installs, type-checks, lints, looks for dead code and runs every test. Whatever
// follows `npm test --` goes to the test runner. Runs on Node 18 and newer.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { installOnce, root } from './install.mjs'
import { startPostgres, systemBinaries } from './postgres.mjs'

try {
  await installOnce()
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}

const node = nodeOfTests()
const script = (...path) => join(root, 'node_modules', ...path)
const args = process.argv.slice(2)
const pageFolder = join(root, 'src', 'features', 'exchange', 'page')
const webFolder = join(root, 'web')
const isFile = (arg) => arg.includes('*') || existsSync(join(root, arg))
const isWhole = !args.some(isFile)
const testFiles = isWhole ? ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts'] : []
/** What talks to the database runs again on the server that the machine has, as users may give one. */
const databaseFiles = [
  ...['test/db/*.test.ts', 'src/**/*.store.test.ts', 'src/platform/{db,jobs}/*.test.ts'],
  ...['test/e2e/given-database.test.ts'],
]
// A test that fails with a server or a child still open must end the run, not hold it for ever.
const runnerLimits = ['--test-timeout=600000', '--test-force-exit']
/**
 * These servers are gone after the tests, so nothing has to outlive a crash of the machine. What is
 * asked here is asked once or twice: compiling a plan to machine code costs more than it saves, which
 * is why the embedded server does not do it either.
 */
const databaseSettings = ['fsync', 'synchronous_commit', 'full_page_writes', 'jit'].map(
  (name) => `${name} = off`,
)
const wholeReports = `--import=${pathToFileURL(join(root, 'tools', 'whole-reports.mjs'))}`
/** Much of a test is waiting for another process, so that two cores bear two files at once. */
const atOnce = `--test-concurrency=${Math.max(2, availableParallelism() - 1)}`
/**
 * What fails while two files share two cores, with browsers and servers in both, may have waited too
 * short a time. So few files are given a second chance, one at a time, and the output names them:
 * what fails alone has failed.
 */
const aloneMax = 6
const tsc = [script('typescript7', 'bin', 'tsc'), '--noEmit']
const checks = [
  ['types', tsc],
  ['types of the page', [...tsc, '-p', pageFolder]],
  ['types of the web app', [...tsc, '-p', webFolder]],
  ['types of its tools', [...tsc, '-p', join(webFolder, 'tsconfig.node.json')]],
  ['lint and format', [script('@biomejs', 'biome', 'bin', 'biome'), 'ci', '--error-on-warnings']],
  ['dead code', [script('knip', 'bin', 'knip.js'), '--no-progress']],
]

const failed = []
for (const [name, command] of checks) run(name, command)
run('build of the web app', [join(root, 'tools', 'web.mjs')])
await withDatabase('tests', null, testFiles)
if (isWhole) await onSystemDatabase()
if (failed.length > 0) process.stdout.write(`\nFailed: ${failed.join(', ')}\n`)
process.exit(failed.length > 0 ? 1 : 0)

/**
 * @param {string} name
 * @param {string[]} command
 * @param {Record<string, string>} env
 */
function run(name, command, env = {}) {
  const started = Date.now()
  process.stdout.write(`\n== ${name}\n`)
  const options = { cwd: root, stdio: 'inherit', env: { ...testEnv(), ...env } }
  const { status, error } = spawnSync(node, command, options)
  if (error) process.stderr.write(`${node}: ${error.message}\n`)
  process.stdout.write(`== ${name}: ${status === 0 ? 'passed' : 'FAILED'}, ${since(started)}\n`)
  if (status !== 0) failed.push(name)
}

/** Runs tests beside a PostgreSQL server that is there for them alone. */
async function withDatabase(name, binaries, files) {
  const folder = mkdtempSync(join(tmpdir(), 'parley-tests-'))
  const list = join(folder, 'failing')
  const reports = [
    ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
    ...[`--test-reporter=${join(root, 'tools', 'failing-files.mjs')}`],
    `--test-reporter-destination=${list}`,
  ]
  const server = await startPostgres(binaries, databaseSettings)
  try {
    const env = { PARLEY_TEST_DATABASE: server.url }
    const command = [wholeReports, '--test', ...runnerLimits]
    const whole = [...command, ...reports, atOnce, ...args, ...files]
    run(`${name}, ${server.version}`, whole, env)
    const alone = isWhole && existsSync(list) ? readFileSync(list, 'utf8').trim().split('\n') : []
    if (alone[0] && alone.length <= aloneMax) {
      failed.pop()
      const shown = alone.map((file) => relative(root, file)).join(', ')
      process.stdout.write(`\n== failed beside others, and tried again alone: ${shown}\n`)
      run(`${name}, once more`, [...command, '--test-concurrency=1', ...alone], env)
    }
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true })
  }
}

async function onSystemDatabase() {
  const binaries = systemBinaries()
  if (binaries !== null) {
    await withDatabase('tests on the PostgreSQL of this machine', binaries, databaseFiles)
    return
  }
  const says = 'this machine has no PostgreSQL 15 or newer (Debian: apt-get install postgresql)'
  process.stdout.write(`\n== tests on another PostgreSQL: ${says}\n`)
  if (process.env.CI) failed.push('tests on another PostgreSQL')
}

/** The Node that Parley itself runs on: this one if it is new enough, else the installed one. */
function nodeOfTests() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 24 || (major === 24 && minor >= 15)) return process.execPath
  const os = process.platform === 'win32' ? 'win' : process.platform
  const file = `node-${os}-${process.arch}/bin/node${os === 'win' ? '.exe' : ''}`
  try {
    return createRequire(import.meta.url).resolve(file)
  } catch {
    process.stderr.write(
      `The tests need Node.js 24.15 or newer; this is ${process.version}, and npm has none for this ` +
        'kind of machine. Install Node.js 24 from https://nodejs.org/ and start again.\n',
    )
    process.exit(1)
  }
}

/**
 * Output of the tests must not depend on the colours or width of this terminal. Each file of tests
 * is a process that loads much the same modules: what one compiled, the others take from the folder
 * that the command line uses too.
 */
function testEnv() {
  const { FORCE_COLOR, NO_COLOR, COLUMNS, ...rest } = process.env
  return { ...rest, NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'parley') }
}

function since(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`
}
