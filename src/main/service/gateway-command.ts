import { Metrics } from '#platform/http/metrics.ts'
import { type ExitCode, exitCodeFor } from '../exit.ts'
import { print, tell } from '../output.ts'
import { stayOnInstance, tellRefusal } from './command.ts'
import { openInstanceGateway } from './gateway.ts'
import { serveOperations } from './gateway-operations.ts'
import type { Instance } from './instance.ts'

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
      const metrics = new Metrics()
      const opened = await openInstanceGateway({ ...instance, metrics })
      if (!opened.ok) {
        tellRefusal(opened.refusal)
        return exitCodeFor(opened.refusal.code)
      }
      try {
        const told = await operationsOf(instance, metrics)
        if (told === 'refused') return exitCodeFor('port-taken')
        const figures = told === null ? '' : ` Figures: ${told.url}/metrics`
        const { url } = opened.value
        print([
          `A gateway listens on ${url} (${instance.server.about}). Ctrl-C stops it.${figures}`,
        ])
        await asked.finally(() => told?.close())
      } finally {
        await opened.value.close()
      }
      return 0
    },
  )

/** Where its figures are told; null where nobody asked for them. */
async function operationsOf(instance: Instance, metrics: Metrics) {
  const { metricsPort: port } = instance.settings.gateway
  if (port === null) return null
  const http = await serveOperations(instance, { metrics, port })
  if (http.ok) return http.value
  tellRefusal({ ...http.refusal, at: 'PARLEY_GATEWAY_METRICS_PORT' })
  return 'refused'
}
