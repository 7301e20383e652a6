export function systemBinaries(): string | null
export function startPostgres(
  binaries: string | null,
  settings?: readonly string[],
): Promise<{
  readonly url: string
  readonly version: string
  readonly stop: () => Promise<void>
}>
