import { Metrics } from '#platform/http/metrics.ts'
import type { ExitCode } from '../exit.ts'
import { print, tell } from '../output.ts'
import { Background } from './background.ts'
import { onInstance, type ServiceOptions } from './command.ts'
import { untilAsked } from './signals.ts'

/** `parley worker`: background work only, beside a service that shares the database. */
export const runWorker = (options: ServiceOptions): Promise<ExitCode> =>
  onInstance(options, async (instance) => {
    if (instance.settings.workers === 0) {
      tell(['parley: PARLEY_WORKERS is 0, so this worker would do nothing'])
      return 2
    }
    const background = new Background(instance, new Metrics())
    await background.open()
    print([`A worker runs on ${instance.server.about}. Ctrl-C stops it.`])
    const asked = await untilAsked()
    tell([`parley: ${asked}: stopping; a second one stops at once`])
    await background.close()
    return 0
  })
