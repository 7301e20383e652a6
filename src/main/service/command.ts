import { systemClock } from '#kernel/clock.ts'
import type { Refusal } from '#kernel/refusal.ts'
import { processVariables, type Settings, settingsOf } from '#platform/config/settings.ts'
import { openLog } from '#platform/log/log.ts'
import { type ExitCode, exitCodeFor } from '../exit.ts'
import { tell } from '../output.ts'
import { type Instance, openInstance } from './instance.ts'

/** What every command of the service takes beside the environment. */
export type ServiceOptions = {
  readonly data?: string
  readonly host?: string
  readonly port?: string
}

/** Settings of the environment with those of the command line over them; null once refused. */
export function settingsFor(options: ServiceOptions): Settings | null {
  const { data, host, port } = options
  const settings = settingsOf({
    ...processVariables(),
    ...(data === undefined ? {} : { PARLEY_DATA: data }),
    ...(host === undefined ? {} : { PARLEY_HOST: host }),
    ...(port === undefined ? {} : { PARLEY_PORT: port }),
  })
  if (settings.ok) return settings.value
  for (const refusal of settings.refusal) tellRefusal(refusal)
  return null
}

export function tellRefusal({ why, at, hint }: Refusal): void {
  tell([`parley: ${at === undefined ? '' : `${at}: `}${why}`, ...(hint ? [`  ${hint}`] : [])])
}

/** Runs a command on the instance that the settings name, and closes it. */
export async function onInstance(
  options: ServiceOptions,
  work: (instance: Instance) => Promise<ExitCode>,
): Promise<ExitCode> {
  const settings = settingsFor(options)
  if (settings === null) return 2
  const isPretty = process.stderr.isTTY
  const log = openLog({ level: settings.logLevel, clock: systemClock, isPretty })
  const opened = await openInstance({ settings, clock: systemClock, log })
  if (!opened.ok) {
    tellRefusal(opened.refusal)
    return exitCodeFor(opened.refusal.code)
  }
  try {
    return await work(opened.value)
  } finally {
    await opened.value.close()
  }
}
