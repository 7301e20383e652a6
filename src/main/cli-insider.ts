import type { Command } from 'commander'
import type { ServiceOptions } from './service/command.ts'

const dataText = 'the folder of the instance (PARLEY_DATA)'

/** The commands that look for those who misuse what they may. */
export function addInsider(program: Command): void {
  program
    .command('watermark')
    .summary('tell which export a text comes from')
    .description('Exports of cases carry marks that tell which one it was, made by whom and when.')
    .command('read')
    .description('Prints the export that a text comes from, "none", or "not enough text".')
    .argument('<file>', 'a text, a mail, JSON or HTML; - for standard input')
    .option('--data <folder>', dataText)
    .action(async (file: string, options: ServiceOptions) => {
      const { runWatermarkRead } = await import('./service/watermark.ts')
      process.exitCode = await runWatermarkRead(file, options)
    })
  program
    .command('access')
    .summary('tell why somebody may see a record, or not')
    .description('Who may see what is decided by the database; this tells why.')
    .command('explain')
    .description('Goes through each way in which a person acts, and asks the database as them.')
    .argument('<person>', 'the id of a person, from the People page')
    .argument('<record>', 'the id of a case, a report or an attachment')
    .option('--data <folder>', dataText)
    .action(async (person: string, record: string, options: ServiceOptions) => {
      const { runAccessExplain } = await import('./service/explain.ts')
      process.exitCode = await runAccessExplain(person, record, options)
    })
}
