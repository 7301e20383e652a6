import type { Command } from 'commander'
import type { PackCheckOptions } from './pack-check.ts'
import type { PackCommitOptions, PackOpenTaskOptions, PackVerifyOptions } from './pack-commit.ts'
import type { PackConvertOptions } from './pack-convert.ts'
import type { PackOpenOptions, PackSealOptions } from './pack-seal.ts'

const packText = 'a folder, .tar, .tar.gz, .tgz or .zip with pack.yaml'

/** The commands of packs of tasks. Nothing of a pack runs outside of a sandbox. */
export function addPack(program: Command): void {
  const pack = program
    .command('pack')
    .summary('check, commit to, seal and open packs of tasks for models')
    .description('A pack is a folder or archive with pack.yaml: tasks that are put to a model.')
  pack
    .command('check')
    .description('Says what is wrong with a pack; with --run tries its verifiers in sandboxes.')
    .argument('<pack>', packText)
    .option('--run', 'try each verifier with the solution, with nothing and with wrong answers')
    .option('--json', 'as JSON')
    .action(async (path: string, options: PackCheckOptions) => {
      const { runPackCheck } = await import('./pack-check.ts')
      process.exitCode = await runPackCheck(path, options)
    })
  pack
    .command('convert')
    .description(
      'Turns a Harbor task or a data set of Inspect into tasks of a pack, or says why not.',
    )
    .argument('<task>', 'a folder or archive with task.toml; .json, .jsonl or .csv with samples')
    .option('--label <label>', 'of the pack that a data set becomes (TLP:RED)')
    .option('--scorer <name>', 'how the data set is scored: exact or choice')
    .option('--image <reference>', 'the image that its environment was built as: NAME@sha256:…')
    .requiredOption(
      '--to <folder>',
      'the new folder: PACK/tasks/ID for a task, PACK for a data set',
    )
    .action(async (path: string, options: PackConvertOptions) => {
      const { runPackConvert } = await import('./pack-convert.ts')
      process.exitCode = await runPackConvert(path, options)
    })
  addCommitments(pack)
  addSeals(pack)
}

function addCommitments(pack: Command): void {
  pack
    .command('commit')
    .description('Writes a commitment that can be published, and the salts that stay secret.')
    .argument('<pack>', packText)
    .requiredOption('--salts <file>', 'where the salts go; keep it as secret as the pack')
    .option('--to <file>', 'where the commitment goes', '-')
    .action(async (path: string, options: PackCommitOptions) => {
      const { runPackCommit } = await import('./pack-commit.ts')
      process.exitCode = await runPackCommit(path, options)
    })
  pack
    .command('open-task')
    .description('Writes what opens one task of a committed pack, and nothing of the others.')
    .argument('<pack>', packText)
    .requiredOption('--task <id>', 'the name of its folder')
    .requiredOption('--salts <file>', 'the salts of the commitment')
    .option('--to <file>', 'where the opening goes', '-')
    .action(async (path: string, options: PackOpenTaskOptions) => {
      const { runPackOpenTask } = await import('./pack-commit.ts')
      process.exitCode = await runPackOpenTask(path, options)
    })
  pack
    .command('verify')
    .description('Says whether a pack, or one task of it, is what was committed to.')
    .argument('<folder>', 'the pack; with --opening the folder or archive of the task')
    .requiredOption('--commitment <file>', 'the commitment that was published')
    .option('--salts <file>', 'its salts, for a whole pack')
    .option('--opening <file>', 'the opening of one task')
    .action(async (path: string, options: PackVerifyOptions) => {
      const { runPackVerify } = await import('./pack-commit.ts')
      process.exitCode = await runPackVerify(path, options)
    })
}

function addSeals(pack: Command): void {
  pack
    .command('seal')
    .description('Encrypts a pack so that any two of its holders open it, and no one alone.')
    .argument('<pack>', packText)
    .requiredOption('--salts <file>', 'the salts of its commitment, sealed with it')
    .requiredOption('--holder <name=recipient...>', 'two to eight, with their age1… keys')
    .requiredOption('--to <folder>', 'a new folder')
    .action(async (path: string, options: PackSealOptions) => {
      const { runPackSeal } = await import('./pack-seal.ts')
      process.exitCode = await runPackSeal(path, options)
    })
  pack
    .command('open')
    .description('Opens a sealed pack with the keys of two holders, and compares it.')
    .argument('<sealed>', 'the folder that "parley pack seal" made')
    .requiredOption('--commitment <file>', 'the commitment that was published')
    .requiredOption('--identity <file...>', 'the age identities of two holders, a file each')
    .requiredOption('--to <folder>', 'a new folder, for pack.tar and salts.json')
    .action(async (path: string, options: PackOpenOptions) => {
      const { runPackOpen } = await import('./pack-seal.ts')
      process.exitCode = await runPackOpen(path, options)
    })
}
