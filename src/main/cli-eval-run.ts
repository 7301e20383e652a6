import { type Command, Option } from 'commander'
import type { EvalFlawOptions } from './eval-flaw.ts'
import type { EvalReviewOptions } from './eval-review.ts'
import type { EvalRunOptions } from './eval-run.ts'
import type { SelfAssessOptions } from './eval-self-assess.ts'

/** The commands that put tasks to a model, and hand in what it found. They ask nobody else. */
export function addEvalRun(evaluation: Command): void {
  modelOptions(
    evaluation
      .command('run')
      .description(
        'Puts the tasks of a pack to a model, in sandboxes; the same command goes on where it was.',
      )
      .argument('<pack>', 'a pack, or the folder of a sealed one')
      .requiredOption(
        '--to <folder>',
        'where journal, transcripts and results of the run are kept',
      ),
  )
    .option('--scaffold <file>', 'how the model is led, YAML or JSON; its digest is the protocol')
    .option('--declaration <file>', 'what both sides agreed on; the run has to be that one')
    .option('--commitment <file>', 'the commitment to the pack that was published')
    .option('--salts <file>', 'the salts of that commitment, for a pack that is not sealed')
    .option('--identity <file...>', 'the age identities of two holders, for a sealed pack')
    .option('--epochs <count>', 'attempts at each task (1, or as declared)')
    .option('--seed <text>', 'the order of tasks, where no declaration says it')
    .option('--concurrency <count>', 'attempts at once (100)')
    .option('--sandboxes <count>', 'sandboxes at once (as many as there are cores)')
    .option('--cost-limit <usd>', 'what one attempt may cost')
    .option('--run-tokens <count>', 'stop when all attempts together used so many tokens')
    .option('--run-cost <usd>', 'stop when all attempts together cost so much')
    .option('--run-minutes <count>', 'stop after so long')
    .option('--request-seconds <count>', 'how long one answer may take (600)')
    .option('--tries <count>', 'how often one answer is asked for (8)')
    .option('--service <url>', 'hand finished attempts in at a run of this service')
    .option('--service-run <id>', 'that run')
    .option('--token-file <file>', 'a file with the API token for it')
    .option('--close <why>', 'run nothing more: what is not finished is recorded as not run')
    .option('--progress', 'tell the progress even where standard error is no terminal')
    .action(async (path: string, options: EvalRunOptions) => {
      const { runEvalRun } = await import('./eval-run.ts')
      process.exitCode = await runEvalRun(path, options)
    })
  addSelfAssess(evaluation)
  addReview(evaluation)
  addFlaw(evaluation)
}

const assessmentFolder = 'self-assessment'
const toyThreshold = '0.4'

function addSelfAssess(evaluation: Command): void {
  modelOptions(
    evaluation
      .command('self-assess')
      .description(
        'Runs the public pack from commitment to verdict, with a script or a model of yours.',
      ),
  )
    .option('--to <folder>', 'where everything is kept', assessmentFolder)
    .option('--threshold <share>', 'what the mean is held against', toyThreshold)
    .option('--epochs <count>', 'attempts at each task (1)')
    .option('--concurrency <count>', 'attempts at once (100)')
    .option('--progress', 'tell the progress even where standard error is no terminal')
    .action(async (options: SelfAssessOptions) => {
      const { runSelfAssess } = await import('./eval-self-assess.ts')
      process.exitCode = await runSelfAssess(options)
    })
}

function addReview(evaluation: Command): void {
  modelOptions(
    evaluation
      .command('review')
      .description(
        'Has models read the transcripts of a run for cheating; what they flag a person decides.',
      )
      .argument('<folder>', 'the folder of the run'),
  )
    .option('--reviewer <role...>', 'roles of --roles (every one that begins with "reviewer")')
    .action(async (folder: string, options: EvalReviewOptions) => {
      const { runEvalReview } = await import('./eval-review.ts')
      process.exitCode = await runEvalReview(folder, options)
    })
}

function addFlaw(evaluation: Command): void {
  evaluation
    .command('flaw')
    .description('Hands a flaw that a sample showed in real software in, as a report.')
    .argument('<run>', 'the run at the service')
    .argument('<task>', 'the task of the sample')
    .argument('<file>', 'the report as JSON, as POST /v1/reports takes it')
    .option('--attempt <number>', 'which attempt at the task', '1')
    .option('--label <marking>', 'a stricter label than that of the run')
    .option('--to <address>', 'the service (PARLEY_URL, http://127.0.0.1:7300)')
    .action(async (...[run, task, file, options]: [string, string, string, EvalFlawOptions]) => {
      const { runEvalFlaw } = await import('./eval-flaw.ts')
      process.exitCode = await runEvalFlaw({ run, task, file }, options)
    })
}

const modelOptions = (command: Command): Command =>
  command
    .option('--model <name>', 'scripted:FILE, or the name of a model behind --base-url')
    .option('--base-url <url>', 'the address of its API, such as that of the gateway')
    .addOption(new Option('--api <name>', 'how it is spoken').choices(['openai', 'anthropic']))
    .option('--key-file <file>', 'a file with the key or token')
    .option('--price-input <usd>', 'for a million tokens of input (0)')
    .option('--price-output <usd>', 'for a million tokens of output (0)')
    .option('--roles <file>', 'models by their roles, in the place of these options')
