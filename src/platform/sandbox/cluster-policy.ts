import { z } from 'zod'

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'] as const

const Policies = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({
        podSelector: z
          .object({
            matchLabels: z.record(z.string(), z.string()).nullish(),
            matchExpressions: z
              .array(
                z.object({
                  ...{ key: z.string(), operator: z.enum(operators) },
                  values: z.array(z.string()).nullish(),
                }),
              )
              .nullish(),
          })
          .nullish(),
        policyTypes: z.array(z.string()).nullish(),
        ...{ egress: z.array(z.unknown()).nullish(), ingress: z.array(z.unknown()).nullish() },
      }),
    }),
  ),
})
type Policy = z.infer<typeof Policies>['items'][number]
type Labels = Readonly<Record<string, string>>

/**
 * What is wrong with the network policies of a namespace, as `kubectl get networkpolicies -o json`
 * tells them, for pods with these labels; empty when nothing may go out or come in. Policies add
 * to each other, so that one of them that allows something undoes the others.
 */
export function policyFaults(labels: Labels, text: string): string[] {
  const policies = decoded(text)
  if (policies === null) return ['the network policies cannot be read']
  const ours = policies.filter((policy) => selects(policy, labels))
  return (['Egress', 'Ingress'] as const).flatMap((way) => {
    const held = ours.filter(({ spec }) => spec.policyTypes?.includes(way))
    if (held.length === 0) return [`no network policy for pods of runs denies ${way.toLowerCase()}`]
    const rules = (policy: Policy) =>
      (way === 'Egress' ? policy.spec.egress : policy.spec.ingress) ?? []
    return ours
      .filter((policy) => rules(policy).length > 0)
      .map(({ metadata }) => `network policy ${metadata.name} allows ${way.toLowerCase()}`)
  })
}

function decoded(text: string): readonly Policy[] | null {
  try {
    const read = Policies.safeParse(JSON.parse(text))
    return read.success ? read.data.items : null
  } catch {
    return null
  }
}

/** A selector that says nothing selects all. */
function selects({ spec }: Policy, labels: Labels): boolean {
  const { matchLabels, matchExpressions } = spec.podSelector ?? {}
  return (
    Object.entries(matchLabels ?? {}).every(([name, value]) => labels[name] === value) &&
    (matchExpressions ?? []).every(({ key, operator, values }) => {
      const value = labels[key]
      if (operator === 'Exists') return value !== undefined
      if (operator === 'DoesNotExist') return value === undefined
      const isIn = value !== undefined && (values ?? []).includes(value)
      return operator === 'In' ? isIn : !isIn
    })
  )
}
