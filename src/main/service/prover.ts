import { homedir, hostname } from 'node:os'
import { mirrorsIn } from '#features/proof/mirror-folder.ts'
import { no, yes } from '#kernel/result.ts'
import { openSandbox } from '#platform/sandbox/open-sandbox.ts'
import type { Sandbox } from '#platform/sandbox/sandbox.ts'
import type { Workplace } from './instance.ts'
import { bundleReader, machineProver } from './machine-prover.ts'
import type { Prover } from './proving.ts'

/**
 * Runs proofs in this machine's own sandbox. It is opened by the probe, which tries it for real;
 * until that succeeded nothing is run.
 */
export function sandboxProver({ clock, settings }: Pick<Workplace, 'clock' | 'settings'>): Prover {
  const name = settings.proofs.name ?? hostname()
  let sandbox: Sandbox | null = null
  return {
    read: bundleReader,
    probe: async (signal) => {
      const opened = await openSandbox('namespaces', {}, signal)
      if (opened.ok) {
        sandbox = opened.value.sandbox
        return yes(opened.value.isolation)
      }
      const { why, hint } = opened.refusal
      return no(hint === undefined ? why : `${why}; ${hint}`)
    },
    prove: async (task, signal) => {
      if (sandbox === null) {
        return no({ code: 'not-isolated', why: 'no sandbox was opened', isHere: 'machine' })
      }
      const verifier = { name: `Parley worker ${name}`, model: null }
      const mirrors = mirrorsIn(settings.proofs.mirrors)
      const hidden = [settings.dataFolder, homedir()]
      return machineProver({ sandbox, clock, verifier, hidden, mirrors })(task, signal)
    },
  }
}
