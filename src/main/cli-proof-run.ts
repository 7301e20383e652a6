import type { Command } from 'commander'
import type { ProofRunOptions, ProofVerifyOptions } from './proof-run.ts'

const bundleText = 'a folder or archive with proof.yaml'

/** The commands that run a proof; nothing of it runs outside of a sandbox. */
export function addProofRuns(proof: Command): void {
  sandboxed(proof.command('run'))
    .description('Runs a proof in a sandbox and tells how strongly it is shown.')
    .action(async (path: string, options: ProofRunOptions) => {
      const { runProofRun } = await import('./proof-run.ts')
      process.exitCode = await runProofRun(path, options)
    })
  sandboxed(proof.command('verify'))
    .description('Runs a proof without and with a patch, and tells what the patch does.')
    .option('--patch <file>', 'a unified diff; that of the proof by default')
    .action(async (path: string, options: ProofVerifyOptions) => {
      const { runProofVerify } = await import('./proof-run.ts')
      process.exitCode = await runProofVerify(path, options)
    })
}

const sandboxed = (command: Command): Command =>
  command
    .argument('<proof>', bundleText)
    .option('--runs <count>', 'how many fresh runs have to show it (3)')
    .option('--tier <tier>', 'namespaces, gvisor or cluster: how it is held apart (namespaces)')
    .option('--root <folder>', 'an unpacked root file system to run on')
    .option('--mirror <folder>', "a git repository that has the target's commit")
    .option('--target <purl>', 'what the proof has to be about')
    .option('--by <name>', 'who runs it (the name of this account)')
    .option('--model <name>', 'the model that runs it for them')
    .option('--json', 'everything that was seen, as JSON')
