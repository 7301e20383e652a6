import type { Target } from '#formats/proof/bundle.ts'
import { no, type Result } from '#kernel/result.ts'
import type { SourceTree } from './located.ts'

/** Gets the code of a version that neither came with a proof nor is in a mirror. */
export interface SourceFetcher {
  fetch(target: Target, signal: AbortSignal): Promise<Result<SourceTree, string>>
}

/** Fetches nothing: whoever wants code fetched says from where. */
export const refusingFetcher: SourceFetcher = {
  fetch: async ({ source }) => {
    const what = source.kind === 'repository' ? `${source.url} at ${source.commit}` : source.path
    return no(`the code of ${what} is not here, and nothing is fetched from elsewhere`)
  },
}
