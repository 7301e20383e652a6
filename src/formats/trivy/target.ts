import type { Finding } from '#formats/finding/finding.ts'

/** What is common to the findings of one result, e.g. of one lock file or one image. */
export type Target = {
  readonly name: string | undefined
  readonly type: string | undefined
  /** In the report of a cluster: `namespace/kind/name` of the resource. */
  readonly resource?: string
  readonly tool: NonNullable<Finding['tool']>
}
