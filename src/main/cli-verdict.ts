import type { Command } from 'commander'
import type { VerdictBundleOptions, VerdictCheckOptions } from './verdict-crossing.ts'
import type { VerdictImportOptions } from './verdict-import.ts'

/** The commands that take a verdict from a higher instance to a lower one. */
export function addVerdict(program: Command): void {
  const verdict = program
    .command('verdict')
    .summary('take a verdict, and nothing else, to an instance of lower classification')
    .description(
      [
        'A bundle holds a verdict in fixed words, hashes and a day; two people sign it.',
        'Nothing in it holds, delays or permits a release.',
      ].join(' '),
    )
  verdict
    .command('bundle')
    .description('Works the verdict out of a record, and writes it signed by two people.')
    .argument('<record>', 'results as `parley eval verdict --record` writes them')
    .requiredOption('--engagement <sha256>', 'the digest of the proposal that both sides accepted')
    .requiredOption('--number <count>', 'higher than that of any bundle about it before')
    .requiredOption('--sign-with <files...>', 'private keys of two people, Ed25519 in PEM')
    .requiredOption('--out <file>', 'where the bundle is written; - is standard output')
    .requiredOption('--opening <file>', 'where the salts are written, which stay behind')
    .action(async (record: string, options: VerdictBundleOptions) => {
      const { runVerdictBundle } = await import('./verdict-crossing.ts')
      process.exitCode = await runVerdictBundle(record, options)
    })
  verdict
    .command('check')
    .description('Reads a bundle, refuses everything that is not a verdict, and says what it is.')
    .argument('<file>', 'a bundle')
    .requiredOption('--key <files...>', 'the public keys whose signatures count, in PEM')
    .option('--signers <count>', 'how many of them have to have signed (2)')
    .option('--taken <file>', 'bundles that were taken before; this one is added to them')
    .option('--record <file>', 'the record that it has to be about')
    .option('--opening <file>', 'what stayed behind when it was written; asked for with --record')
    .action(async (file: string, options: VerdictCheckOptions) => {
      const { runVerdictCheck } = await import('./verdict-crossing.ts')
      process.exitCode = await runVerdictCheck(file, options)
    })
  verdict
    .command('import')
    .description('Has a service take a bundle by the keys that its administrator trusts.')
    .argument('<file>', 'a bundle, or -')
    .option('--to <address>', 'the service (PARLEY_URL, http://127.0.0.1:7300)')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nThe token is read from PARLEY_TOKEN, the address from PARLEY_URL.')
    .action(async (file: string, options: VerdictImportOptions) => {
      const { runVerdictImport } = await import('./verdict-import.ts')
      process.exitCode = await runVerdictImport(file, options)
    })
}
