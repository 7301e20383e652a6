import type { ExitCode } from '../exit.ts'
import { print, tell } from '../output.ts'
import { Background } from './background.ts'
import { type ServiceOptions, stayOnInstance } from './command.ts'
import { sandboxProver } from './prover.ts'

/** `parley worker`: background work only, beside a service that shares the database. */
export const runWorker = (options: ServiceOptions): Promise<ExitCode> =>
  stayOnInstance(options, async (instance, asked) => {
    if (instance.settings.workers === 0) {
      tell(['parley: PARLEY_WORKERS is 0, so this worker would do nothing'])
      return 2
    }
    const background = new Background(instance, sandboxProver(instance))
    try {
      await background.begin()
      print([`A worker runs on ${instance.server.about}. Ctrl-C stops it.`])
      await asked
    } finally {
      await background.close()
    }
    return 0
  })
