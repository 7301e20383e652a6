import type { Command } from 'commander'
import { addEvalRun } from './cli-eval-run.ts'
import type { EvalConvertOptions } from './eval-convert.ts'
import type { EvalHorizonOptions } from './eval-horizon.ts'
import type { EvalLogOptions } from './eval-log.ts'
import type { PolicyDiffOptions } from './eval-policy.ts'
import type { EvalStatsOptions } from './eval-stats.ts'
import type { EvalVerdictOptions } from './eval-verdict.ts'

const filesText =
  'logs of Inspect; CSV with a header or JSON Lines, an attempt a row; folders, archives, -'

const formatNames =
  'eval, json, every-eval-ever, cyclonedx, spdx, opentelemetry, haip (Markdown) and haip-json'

/** The commands on results of evaluations. They read files and ask neither service nor network. */
export function addEval(program: Command): void {
  const evaluation = program
    .command('eval')
    .summary('work out what results of evaluations show, with honest errors')
    .description(
      'Statistics, verdicts and time horizons of models, from logs of attempts at tasks.',
    )
  addEvalRun(evaluation)
  addLogs(evaluation)
  reading(evaluation.command('stats'))
    .description('Rates with errors that are clustered by task, and every way attempts ended.')
    .option('--paired <models...>', 'the difference of two models over the tasks of both')
    .action(async (names: string[], options: EvalStatsOptions) => {
      const { runEvalStats } = await import('./eval-stats.ts')
      process.exitCode = await runEvalStats(names, options)
    })
  reading(evaluation.command('verdict'))
    .description(
      'Applies the rule that was declared before access: covered, not shown, or neither.',
    )
    .requiredOption('--declaration <file>', 'what both sides agreed on, JSON')
    .option('--model <name>', 'whose results are judged, where the files hold those of several')
    .option('--page <file>', 'write the result as one page for the developer, HTML')
    .option('--earlier-looks <count>', 'how often these results were looked at before (0)')
    .option('--record <file>', 'write everything that the verdict was worked out from')
    .option('--capability <name>', 'what the record is about (cyber)')
    .action(async (names: string[], options: EvalVerdictOptions) => {
      const { runEvalVerdict } = await import('./eval-verdict.ts')
      process.exitCode = await runEvalVerdict(names, options)
    })
  addPolicies(evaluation)
  reading(evaluation.command('horizon'))
    .description('For how long tasks, in the time of people, a model succeeds with 50 % and 80 %.')
    .option('--draws <count>', 'how often families and tasks are drawn for the intervals (1000)')
    .option('--seed <number>', 'what those draws start from (1)')
    .action(async (names: string[], options: EvalHorizonOptions) => {
      const { runEvalHorizon } = await import('./eval-horizon.ts')
      process.exitCode = await runEvalHorizon(names, options)
    })
}

function addPolicies(evaluation: Command): void {
  evaluation
    .command('policy')
    .description('Classification policies: which threshold, pack and budget a capability has.')
    .command('diff')
    .description('Reads past results under a changed policy, and lists what becomes of each.')
    .argument('<old>', 'the policy so far, JSON')
    .argument(
      '<files...>',
      'the policy from now on, then results as `parley eval verdict --record` writes them',
    )
    .option('--json <file>', 'write everything as JSON; - is standard output')
    .action(async (old: string, files: string[], options: PolicyDiffOptions) => {
      const { runPolicyDiff } = await import('./eval-policy.ts')
      process.exitCode = await runPolicyDiff({ old, files }, options)
    })
}

function addLogs(evaluation: Command): void {
  evaluation
    .command('log')
    .description('Tells what a log holds: task, model, samples, outcomes, scores, and what is odd.')
    .argument('<file>', 'a log of Inspect, .eval or .json')
    .option('--outcomes', 'count them in the table that the log has, even if it is large')
    .option('--whole', 'read every sample, and not only the table that the log has of them')
    .option('--scorer <name>', 'whose scores count, where several scorers judged')
    .option('--key <name>', 'the member that counts, where a score is an object')
    .option('--json', 'as JSON, with every attempt')
    .action(async (file: string, options: EvalLogOptions) => {
      const { runEvalLog } = await import('./eval-log.ts')
      process.exitCode = await runEvalLog(file, options)
    })
  evaluation
    .command('convert')
    .description('Writes a log, or what it came to, in another format.')
    .argument('<file>', 'a log of Inspect, .eval or .json')
    .requiredOption('--to <format>', `one of ${formatNames}`)
    .requiredOption('--out <file>', 'where it is written; - is standard output')
    .option('--scorer <name>', 'whose scores count, where several scorers judged')
    .option('--organisation <name>', 'who evaluated, for formats that ask')
    .option('--samples <file>', 'with every-eval-ever: a record for each attempt, JSON Lines')
    .option('--about <file>', 'what the log does not say of the model, JSON: for spdx and haip')
    .option('--verdict <file>', 'what "eval verdict --json" wrote: for spdx and haip')
    .option('--deflate', 'pack .eval for readers before 2025, which do not know Zstandard')
    .action(async (file: string, options: EvalConvertOptions) => {
      const { runEvalConvert } = await import('./eval-convert.ts')
      process.exitCode = await runEvalConvert(file, options)
    })
}

const reading = (command: Command): Command =>
  command
    .argument('<files...>', filesText)
    .option('--columns <mapping>', 'which columns say what: task=task_id,score=resolved')
    .option('--words <mapping>', 'what words of the outcome mean: agent_timeout=budget_exhausted')
    .option('--json <file>', 'write everything as JSON; - is standard output')
    .option('--plots <folder>', 'write pictures (SVG) into a folder')
