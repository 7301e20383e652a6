import { type ExitCode, exitCodeFor } from '../exit.ts'
import { print, tell } from '../output.ts'
import { stayOnInstance, tellRefusal } from './command.ts'
import { openInstanceGateway } from './gateway.ts'

export type GatewayCommandOptions = {
  readonly data?: string
  readonly host?: string
  readonly port?: string
}

/** `parley gateway`: the way to models of developers, and nothing else of the service. */
export const runGateway = ({ port, ...options }: GatewayCommandOptions): Promise<ExitCode> =>
  stayOnInstance(
    { ...options, ...(port === undefined ? {} : { gatewayPort: port }) },
    async (instance, asked) => {
      if (instance.settings.gateway.port === null) {
        tell(['parley: PARLEY_GATEWAY_PORT is off, so this gateway would listen nowhere'])
        return 2
      }
      const opened = await openInstanceGateway(instance)
      if (!opened.ok) {
        tellRefusal(opened.refusal)
        return exitCodeFor(opened.refusal.code)
      }
      try {
        print([
          `A gateway listens on ${opened.value.url} (${instance.server.about}). Ctrl-C stops it.`,
        ])
        await asked
      } finally {
        await opened.value.close()
      }
      return 0
    },
  )
