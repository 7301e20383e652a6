import type { Command } from 'commander'
import { permissions, tokenRoles } from '#features/org/role.ts'
import type { SignInOptions, TokenOptions } from './service/access.ts'
import type { ServiceOptions } from './service/command.ts'
import type { GatewayCommandOptions } from './service/gateway-command.ts'
import type { ServeOptions } from './service/serve.ts'
import type { ShredOptions } from './service/shred.ts'
import type { BackupOptions, RestoreOptions } from './service/snapshot.ts'

const dataText = 'the folder of the instance (PARLEY_DATA)'

/** The commands that run, feed and keep an instance of the service. */
export function addService(program: Command): void {
  addRunning(program)
  addGateway(program)
  addAccess(program)
  addKeeping(program)
}

function addRunning(program: Command): void {
  program
    .command('serve')
    .summary('run the clearinghouse as a service')
    .description('Serves the API and the web app, with a database of its own in the data folder.')
    .option('--data <folder>', dataText)
    .option('--host <address>', 'listen there; 127.0.0.1 is this machine only (PARLEY_HOST)')
    .option('--port <number>', 'listen on this port (PARLEY_PORT, 7300)')
    .option('--name <text>', 'what the instance is called, at its first start')
    .action(async (options: ServeOptions) => {
      const { runServe } = await import('./service/serve.ts')
      process.exitCode = await runServe(options)
    })
  program
    .command('worker')
    .summary('run background work beside a service')
    .description('Correlates, reads imports and sends notices on the database of a service.')
    .option('--data <folder>', dataText)
    .action(async (options: ServiceOptions) => {
      const { runWorker } = await import('./service/worker.ts')
      process.exitCode = await runWorker(options)
    })
}

function addGateway(program: Command): void {
  program
    .command('gateway')
    .summary('pass requests to models that developers offer')
    .description(
      'The only way from evaluators to a model; several share the database of a service.',
    )
    .option('--data <folder>', dataText)
    .option('--host <address>', 'listen there; 127.0.0.1 is this machine only (PARLEY_HOST)')
    .option('--port <number>', 'listen on this port (PARLEY_GATEWAY_PORT, 7301)')
    .action(async (options: GatewayCommandOptions) => {
      const { runGateway } = await import('./service/gateway-command.ts')
      process.exitCode = await runGateway(options)
    })
}

function addAccess(program: Command): void {
  program
    .command('sign-in')
    .summary('make a one-time link to sign in with')
    .description('Prints a link that opens a session, once, for the first coordinator or a person.')
    .option('--person <name>', 'for whom: their name, or their id from the People page')
    .option('--data <folder>', dataText)
    .option('--host <address>', 'the address that the service listens on (PARLEY_HOST)')
    .option('--port <number>', 'the port that the service listens on (PARLEY_PORT)')
    .action(async (options: SignInOptions) => {
      const { runSignIn } = await import('./service/access.ts')
      process.exitCode = await runSignIn(options)
    })
  program
    .command('token')
    .summary('make, list or revoke API tokens')
    .description('Prints a token for scanners, agents and scripts; it is shown this once.')
    .argument('[name]', 'what it is for')
    .option('--organisation <name>', 'whose reports it hands in; made where it is new')
    .option('--pseudonymous', 'make the organisation, a finder, known by a pseudonym alone')
    .option('--contact <address>', 'where messages to the pseudonym are sent; sealed')
    .option('--role <role>', tokenRoles.join(', '), 'finder')
    .option('--person <name>', 'who answers for it: a name, or an id from the People page')
    .option('--scopes <list>', `what of the role it may do: some of ${permissions.join(',')}`)
    .option('--workload <name>', 'the agent or scanner that uses it')
    .option('--workload-version <text>', 'and its version')
    .option('--days <number>', 'how long it lives', '365')
    .option('--list', 'print the tokens that there are, not a new one')
    .option('--revoke <id>', 'revoke a token, at once and for good')
    .option('--data <folder>', dataText)
    .action(async (name: string | undefined, options: TokenOptions) => {
      const { runToken } = await import('./service/access.ts')
      process.exitCode = await runToken(name, options)
    })
}

function addKeeping(program: Command): void {
  program
    .command('shred')
    .summary('ask that what came with reports is destroyed')
    .description('Asks for an approval in the name of a person; another one grants it.')
    .argument('<receipts...>', 'of the reports whose attachments and sealed parts go')
    .requiredOption('--why <text>', 'why, for whoever decides and for the ledger')
    .requiredOption('--person <name>', 'who asks: their name, or their id from the People page')
    .option('--data <folder>', dataText)
    .action(async (receipts: string[], options: ShredOptions) => {
      const { runShred } = await import('./service/shred.ts')
      process.exitCode = await runShred(receipts, options)
    })
  program
    .command('backup')
    .summary('copy one moment of an instance into a folder')
    .description('Copies all rows as of one moment, and the attachments, while others work.')
    .requiredOption('--to <folder>', 'an empty or new folder')
    .option('--with-key', 'copy the key file too: the folder then opens what is sealed')
    .option('--data <folder>', dataText)
    .action(async (options: BackupOptions) => {
      const { runBackup } = await import('./service/snapshot.ts')
      process.exitCode = await runBackup(options)
    })
  program
    .command('restore')
    .summary('load a backup into a new instance')
    .description('Loads a backup into a data folder, or a database, that holds nothing yet.')
    .requiredOption('--from <folder>', 'what "parley backup" wrote')
    .option('--data <folder>', dataText)
    .action(async (options: RestoreOptions) => {
      const { runRestore } = await import('./service/snapshot.ts')
      process.exitCode = await runRestore(options)
    })
  const advisories = program
    .command('advisories')
    .summary('take over public records')
    .description('Keeps what is public, so that cases know what is published and exploited.')
  advisories
    .command('import')
    .description('Reads OSV, CVE, CSAF, KEV and EPSS files; "parley update" fetches them.')
    .argument('<files...>', 'files, folders, patterns or archives')
    .option('--data <folder>', dataText)
    .action(async (names: string[], options: ServiceOptions) => {
      const { runAdvisories } = await import('./service/advisories.ts')
      process.exitCode = await runAdvisories(names, options)
    })
}
