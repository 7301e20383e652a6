import type { SandboxRun } from './sandbox.ts'

/** A run that does nothing: it is begun to see whether the isolation holds. */
export const trialRun: SandboxRun = {
  root: { kind: 'host' },
  state: null,
  keepState: null,
  given: [],
  command: ['true'],
  environment: {},
  stdin: null,
  mayTrace: false,
  collect: [],
  limits: {
    ...{ wallMs: 20_000, cpuMs: 20_000, memoryBytes: 64 << 20, processesMax: 8 },
    ...{ diskBytes: 4 << 20, fileBytes: 1 << 20, openFilesMax: 64 },
    ...{ outputBytes: 4096, outputEndsBytes: 1 << 20 },
  },
}
