import type { Command } from 'commander'
import type { LedgerVerifyOptions } from './ledger.ts'
import type { LedgerGossipOptions } from './ledger-gossip.ts'
import type { SettlementOptions } from './ledger-settlement.ts'
import type { LedgerAddOptions, LedgerCosignOptions } from './ledger-witness.ts'
import type { ServiceOptions } from './service/command.ts'
import type { LedgerRedactOptions, LedgerRotateOptions } from './service/ledger.ts'

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
    .command('rotate-key')
    .description(
      'Adds a key to the key file and has it sign the ledger; the ledger says so itself.',
    )
    .requiredOption('--reason <text>', 'why; it is recorded')
    .option('--data <folder>', 'the folder of the instance (PARLEY_DATA)')
    .action(async (options: LedgerRotateOptions) => {
      const { runLedgerRotate } = await import('./service/ledger.ts')
      process.exitCode = await runLedgerRotate(options)
    })
  ledger
    .command('verify')
    .description('Works an exported ledger out again, offline, and says what was tampered with.')
    .argument('<folder>', 'what "parley ledger export" wrote')
    .option('--key <key>', 'the key of the log, got another way than with the folder')
    .option('--since <file>', 'a checkpoint that was kept: the ledger must continue it')
    .option('--witness <keys...>', 'verifier keys of witnesses whose cosignatures are looked for')
    .option('--quorum <count>', 'how many of them have to have cosigned (all)')
    .action(async (folder: string, options: LedgerVerifyOptions) => {
      const { runLedgerVerify } = await import('./ledger.ts')
      process.exitCode = await runLedgerVerify(folder, options)
    })
  ledger
    .command('settlement')
    .description('Says whether the ledger proves that what evaluators held is destroyed.')
    .argument('<file>', 'the proof that settled an engagement')
    .requiredOption('--key <key>', 'the key of the log, got another way than with the proof')
    .action(async (file: string, options: SettlementOptions) => {
      const { runLedgerSettlement } = await import('./ledger-settlement.ts')
      process.exitCode = await runLedgerSettlement(file, options)
    })
  addWitness(ledger)
}

/** What outsiders do so that a ledger cannot show one history to some and another to others. */
function addWitness(ledger: Command): void {
  ledger
    .command('witness-key')
    .description('Makes the key of a witness; prints what others verify its cosignatures by.')
    .argument('<name>', 'of the witness, such as example.org/witness')
    .argument('<file>', 'where the secret is written')
    .action(async (name: string, file: string) => {
      const { runLedgerWitnessKey } = await import('./ledger-witness.ts')
      process.exitCode = await runLedgerWitnessKey(name, file)
    })
  ledger
    .command('cosign')
    .description('Cosigns an exported ledger that is whole and continues what was cosigned before.')
    .argument('<folder>', 'what "parley ledger export" wrote')
    .requiredOption('--key <file>', 'the secret of the witness')
    .requiredOption('--log <key>', 'the key of the log, got another way than with the folder')
    .requiredOption('--state <file>', 'where the witness keeps what it cosigned last')
    .action(async (folder: string, options: LedgerCosignOptions) => {
      const { runLedgerCosign } = await import('./ledger-witness.ts')
      process.exitCode = await runLedgerCosign(folder, options)
    })
  ledger
    .command('add-cosignature')
    .description('Puts the line that a witness gave below the checkpoint of an exported ledger.')
    .argument('<folder>', 'what "parley ledger export" wrote')
    .argument('<file>', 'the line')
    .requiredOption('--witness <key>', 'the verifier key of the witness')
    .action(async (folder: string, file: string, options: LedgerAddOptions) => {
      const { runLedgerAdd } = await import('./ledger-witness.ts')
      process.exitCode = await runLedgerAdd(folder, file, options)
    })
  ledger
    .command('gossip')
    .description('Compares checkpoints that several parties were given, and finds forks.')
    .argument('<files...>', 'checkpoints')
    .requiredOption('--key <key>', 'the key of the log')
    .option('--folder <folder>', 'an exported ledger, which proves what continues what')
    .action(async (files: string[], options: LedgerGossipOptions) => {
      const { runLedgerGossip } = await import('./ledger-gossip.ts')
      process.exitCode = await runLedgerGossip(files, options)
    })
}
