import { Command, CommanderError } from 'commander'
import about from '../../package.json' with { type: 'json' }
import { addDesk } from './cli-desk.ts'
import { addEval } from './cli-eval.ts'
import { addInsider } from './cli-insider.ts'
import { addService } from './cli-instance.ts'
import { addLedger } from './cli-ledger.ts'
import { addPack } from './cli-pack.ts'
import { addProof } from './cli-proof.ts'
import { addVerdict } from './cli-verdict.ts'
import type { CorrelateOptions } from './correlate.ts'
import type { CrashOptions } from './crash.ts'
import { exitCodesText } from './exit.ts'
import { guardStreams, tell } from './output.ts'
import type { PushOptions } from './push/push.ts'
import type { TriageOptions } from './triage.ts'
import type { UpdateOptions } from './update.ts'

/** Runs the command line; what each command needs is loaded only when it runs. */
export async function main(args: readonly string[]): Promise<void> {
  guardStreams()
  try {
    await programOf().parseAsync([...args], { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2
      return
    }
    tell([
      `parley: a defect in Parley: ${error instanceof Error ? error.stack : String(error)}`,
      'Please report it, with the command and, if you may share it, the input.',
    ])
    process.exitCode = 70
  }
}

function programOf(): Command {
  const program = new Command('parley')
    .description('Turns a flood of vulnerability findings into a ranked list of vulnerabilities.')
    .version(about.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', () => `\n${exitCodesText()}`)
    .showHelpAfterError('(parley --help lists commands and options)')
    .exitOverride()
  addTriage(program)
  addUpdate(program)
  addCorrelate(program)
  addCrash(program)
  addFormats(program)
  addService(program)
  addLedger(program)
  addInsider(program)
  addProof(program)
  addEval(program)
  addPack(program)
  addDesk(program)
  addVerdict(program)
  addClients(program)
  return program
}

const inputText = 'files, folders, patterns, .gz and .zip archives, or - for standard input'

function addTriage(program: Command): void {
  program
    .command('triage')
    .summary('rank the distinct vulnerabilities that findings are about')
    .description('Reads findings in any known format and ranks what they are about.')
    .argument('<files...>', inputText)
    .showHelpAfterError('(files come first, or after --: "parley help triage" lists the options)')
    .option('--format <name>', 'read every input as this format; see "parley formats"')
    .option('--sbom <file...>', 'raise what touches the components of these inventories')
    .option('--known <file...>', 'mark what these OSV, CVE, CSAF, KEV and EPSS files know')
    .option('--baseline <file...>', 'leave out what these findings, or an earlier --json, hold')
    .option('--why <case...>', 'answer why one of two cases stands above the other')
    .option('--json <file>', 'write everything as JSON; - is standard output')
    .option('--csv <file>', 'write one row a case')
    .option('--sarif <file>', 'write the distinct findings, duplicates as related locations')
    .option('--html <file>', 'write one page that holds everything and asks no network')
    .option('--out <folder>', 'write all four into a folder')
    .option('--top <count>', 'how many cases the table lists (40)')
    .option('--second-opinion <url>', 'ask a model at this address about the suggestions')
    .option('--second-opinion-model <name>', 'the name of that model')
    .option('--fail-on <word>', 'exit with 1 when a case is that severe, or decided so urgent')
    .option('--progress', 'tell the progress even where standard error is no terminal')
    .action(async (names: string[], options: TriageOptions) => {
      const { runTriage } = await import('./triage.ts')
      process.exitCode = await runTriage(names, options)
    })
}

function addUpdate(program: Command): void {
  program
    .command('update')
    .summary('fetch the public lists of known and exploited vulnerabilities')
    .description(
      'Fetches the lists that "parley triage --known" reads: what is exploited (KEV), how likely ' +
        'that is (EPSS) and, for each ecosystem that is named, what is public (OSV). This is the ' +
        'only command that uses the network, and it sends nothing about you.',
    )
    .option('--to <folder>', 'keep them there and not in the cache folder')
    .option('--osv <ecosystem...>', 'fetch the records of an ecosystem too: npm, PyPI, Debian ...')
    .option('--cve', 'fetch the whole CVE list too, with the judgements of CISA (some 620 MB)')
    .option('--from <name=address...>', 'fetch a list from another place, such as a mirror')
    .option('--progress', 'tell the progress even where standard error is no terminal')
    .action(async (options: UpdateOptions) => {
      const { runUpdate } = await import('./update.ts')
      process.exitCode = await runUpdate(options)
    })
}

function addCorrelate(program: Command): void {
  program
    .command('correlate')
    .summary('group rows of reports by vulnerability')
    .description('Reads one report a row and tells which rows are about one vulnerability.')
    .requiredOption('--in <file>', 'rows of reports, .jsonl or .jsonl.gz, or - for standard input')
    .option('--out <file>', 'where the rows of clusters go, .gz compresses', '-')
    .option('--explain', 'give reasons with the texts to look for, and name rivals')
    .option('--accept-suggestions', 'let cluster_id reflect merges and suggestions together')
    .option('--distinct-within-source', 'each source has removed its own duplicates')
    .option('--progress', 'tell the progress even where standard error is no terminal')
    .action(async (options: CorrelateOptions) => {
      const { runCorrelate } = await import('./correlate.ts')
      process.exitCode = await runCorrelate(options)
    })
}

function addCrash(program: Command): void {
  program
    .command('crash')
    .summary('rank the distinct faults that crash logs are about')
    .description(
      'Reads what sanitizers, debuggers, kernels and language runtimes print of crashes, puts ' +
        'crashes of one fault together and ranks them by what an input could make of them.',
    )
    .argument('<files...>', inputText)
    .option('--json <file>', 'write everything as JSON; - is standard output')
    .option('--top <count>', 'how many clusters are listed (40)')
    .option('--across-builds', 'the logs are of different builds: do not compare line numbers')
    .option('--progress', 'tell the progress even where standard error is no terminal')
    .action(async (names: string[], options: CrashOptions) => {
      const { runCrash } = await import('./crash.ts')
      process.exitCode = await runCrash(names, options)
    })
}

function addFormats(program: Command): void {
  program
    .command('formats')
    .summary('list the formats that are read')
    .description('Lists every format that is read, and what its decoder was written from.')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }) => {
      const { runFormats } = await import('./formats.ts')
      runFormats(options)
    })
}

function addClients(program: Command): void {
  program
    .command('push')
    .summary('send findings to a service')
    .description('Sends documents in any known format to a service, and tells what became of them.')
    .argument('<files...>', 'files, folders, patterns, archives, or - for standard input')
    .option('--to <address>', 'the service (PARLEY_URL, http://127.0.0.1:7300)')
    .option('--format <name>', 'read every document as this format; see "parley formats"')
    .option('--series <name>', 'the documents continue this series: what is missing is gone')
    .option('--label <marking>', 'what they may be shown to, such as TLP:RED')
    .option('--no-wait', 'do not wait until what was sent is correlated')
    .option('--progress', 'tell the progress even where standard error is no terminal')
    .addHelpText('after', '\nThe token is read from PARLEY_TOKEN. Run it again to go on.')
    .action(async (names: string[], options: PushOptions) => {
      const { runPush } = await import('./push/push.ts')
      process.exitCode = await runPush(names, options)
    })
}
