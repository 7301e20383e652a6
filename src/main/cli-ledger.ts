import type { Command } from 'commander'
import type { LedgerVerifyOptions } from './ledger.ts'
import type { ServiceOptions } from './service/command.ts'
import type { LedgerRedactOptions } from './service/ledger.ts'

/** The commands of the record of what was privileged. */
export function addLedger(program: Command): void {
  const ledger = program
    .command('ledger')
    .summary('hand out and verify the record of who did what')
    .description('Who opened, changed or took away what: a record that cannot be rewritten unseen.')
  ledger
    .command('export')
    .description('Writes the whole ledger into a folder, in the layout of C2SP tlog-tiles.')
    .argument('<folder>', 'an empty or new folder')
    .option('--data <folder>', 'the folder of the instance (PARLEY_DATA)')
    .action(async (folder: string, options: ServiceOptions) => {
      const { runLedgerExport } = await import('./service/ledger.ts')
      process.exitCode = await runLedgerExport(folder, options)
    })
  ledger
    .command('redact')
    .description('Takes values of an entry away for good; what is left still verifies.')
    .argument('<entry>', 'the number of the entry')
    .argument('<names...>', 'actor, record, digest, reason or fields.NAME')
    .requiredOption('--reason <text>', 'why; it is recorded')
    .option('--data <folder>', 'the folder of the instance (PARLEY_DATA)')
    .action(async (entry: string, names: string[], options: LedgerRedactOptions) => {
      const { runLedgerRedact } = await import('./service/ledger.ts')
      process.exitCode = await runLedgerRedact(entry, names, options)
    })
  ledger
    .command('verify')
    .description('Works an exported ledger out again, offline, and says what was tampered with.')
    .argument('<folder>', 'what "parley ledger export" wrote')
    .option('--key <key>', 'the key of the log, got another way than with the folder')
    .option('--since <file>', 'a checkpoint that was kept: the ledger must continue it')
    .action(async (folder: string, options: LedgerVerifyOptions) => {
      const { runLedgerVerify } = await import('./ledger.ts')
      process.exitCode = await runLedgerVerify(folder, options)
    })
}
