import type { Command } from 'commander'
import { addProofRuns } from './cli-proof-run.ts'
import type { VerifyAttestationOptions } from './proof-attestation.ts'
import type { ProofCheckOptions } from './proof-check.ts'
import type { ProofConvertOptions } from './proof-convert.ts'
import type { ProofInitOptions } from './proof-init.ts'

/** The commands of proof bundles. What is added last runs them; the others run nothing. */
export function addProof(program: Command): void {
  const proof = program
    .command('proof')
    .summary('write and check proofs that a flaw is real')
    .description('A proof is a folder or archive with proof.yaml: how one flaw is shown again.')
  proof
    .command('init')
    .description('Writes a commented proof.yaml to begin with.')
    .argument('<folder>', 'a folder without one; made where it is not there')
    .option('--kind <kind>', 'c, cpp, go, rust, python, javascript, java, shell or http', 'c')
    .action(async (folder: string, options: ProofInitOptions) => {
      const { runProofInit } = await import('./proof-init.ts')
      process.exitCode = runProofInit(folder, options)
    })
  proof
    .command('check')
    .description('Says what is wrong with a proof, and what the next level of evidence needs.')
    .argument('<bundle>', 'a folder, .tar, .tar.gz, .tgz or .zip')
    .option('--json', 'as JSON')
    .action(async (bundle: string, options: ProofCheckOptions) => {
      const { runProofCheck } = await import('./proof-check.ts')
      process.exitCode = await runProofCheck(bundle, options)
    })
  proof
    .command('convert')
    .description(
      'Proposes a proof out of what finders have; a person has to look before it is run.',
    )
    .argument('<files...>', 'a report, a task folder, or a fuzz target with its input')
    .requiredOption('--to <folder>', 'an empty or new folder')
    .action(async (files: string[], options: ProofConvertOptions) => {
      const { runProofConvert } = await import('./proof-convert.ts')
      process.exitCode = await runProofConvert(files, options)
    })
  addProofRuns(proof)
  proof
    .command('verify-attestation')
    .description('Says whether a worker signed what a file says of a run, and what that is.')
    .argument('<file>', 'a sigstore bundle or a DSSE envelope, in JSON')
    .requiredOption('--key <file>', "the worker's public key, in PEM")
    .option('--proof <archive>', 'the archive that was run, which the file has to name')
    .action(async (file: string, options: VerifyAttestationOptions) => {
      const { runVerifyAttestation } = await import('./proof-attestation.ts')
      process.exitCode = await runVerifyAttestation(file, options)
    })
}
