import type { Command } from 'commander'
import type { DeskOptions, DeskSayOptions } from './desk.ts'

/** The commands of the model desk: clients of a service, with the token of PARLEY_TOKEN. */
export function addDesk(program: Command): void {
  const desk = program
    .command('desk')
    .summary('offer a model to evaluators on your own terms, and leave when you like')
    .description('Offers of models at a service. Nothing here holds, delays or permits a release.')
    .addHelpText('after', '\nThe token is read from PARLEY_TOKEN, the address from PARLEY_URL.')
  asking(desk.command('list'))
    .description('Lists the engagements of your organisation.')
    .action(async (options: DeskOptions) => {
      const { runDeskList } = await import('./desk.ts')
      process.exitCode = await runDeskList(options)
    })
  asking(desk.command('evaluators'))
    .description('Lists to whom a model can be offered.')
    .action(async (options: DeskOptions) => {
      const { runDeskEvaluators } = await import('./desk.ts')
      process.exitCode = await runDeskEvaluators(options)
    })
  desk
    .command('example')
    .description('Prints an offer to begin with.')
    .action(async () => {
      const { runDeskExample } = await import('./desk.ts')
      process.exitCode = runDeskExample(new Date())
    })
  asking(desk.command('offer'))
    .description('Offers a model as a file says it.')
    .argument('<file>', 'JSON as "parley desk example" prints it, or -')
    .action(async (file: string, options: DeskOptions) => {
      const { runDeskOffer } = await import('./desk.ts')
      process.exitCode = await runDeskOffer(file, options)
    })
  addOne(desk)
}

const asking = (command: Command): Command =>
  command
    .option('--to <address>', 'the service (PARLEY_URL, http://127.0.0.1:7300)')
    .option('--json', 'as JSON')

function addOne(desk: Command): void {
  const idText = 'its id, as "parley desk list" tells it'
  asking(desk.command('show'))
    .description('Shows where an engagement stands, and what you may say now.')
    .argument('<id>', idText)
    .action(async (id: string, options: DeskOptions) => {
      const { runDeskShow } = await import('./desk.ts')
      process.exitCode = await runDeskShow(id, options)
    })
  asking(desk.command('say'))
    .description('Says something for your side, such as accept, pause, narrow or release.')
    .argument('<id>', idText)
    .argument('<act>', 'what "show" says that you may')
    .option('--digest <sha256>', 'accept: of the version that you have read')
    .option('--at <moment>', 'plan-release, extend: such as 2026-12-01T00:00:00Z')
    .option('--file <file>', 'counter, narrow: what you propose, as JSON, or -')
    .action(async (id: string, act: string, options: DeskSayOptions) => {
      const { runDeskSay } = await import('./desk.ts')
      process.exitCode = await runDeskSay(id, act, options)
    })
  asking(desk.command('leave'))
    .description('Ends access, or takes an offer back: at once, and without a reason.')
    .argument('<id>', idText)
    .action(async (id: string, options: DeskOptions) => {
      const { runDeskLeave } = await import('./desk.ts')
      process.exitCode = await runDeskLeave(id, options)
    })
  asking(desk.command('log'))
    .description('Shows who did and looked at what, the newest first.')
    .argument('<id>', idText)
    .action(async (id: string, options: DeskOptions) => {
      const { runDeskLog } = await import('./desk.ts')
      process.exitCode = await runDeskLog(id, options)
    })
}
