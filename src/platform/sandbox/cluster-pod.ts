import { z } from 'zod'
import {
  type ClusterRun,
  clusterUser,
  holder,
  labelsOf,
  resourcesOf,
  volumesOfPod,
} from './cluster-manifest.ts'

const off = z.boolean().nullish()
const context = z.object({
  ...{ runAsNonRoot: off, runAsUser: z.number().nullish(), runAsGroup: z.number().nullish() },
  ...{ privileged: off, allowPrivilegeEscalation: off, readOnlyRootFilesystem: off },
  seccompProfile: z.object({ type: z.string() }).nullish(),
  supplementalGroups: z.array(z.number()).nullish(),
  fsGroup: z.number().nullish(),
  procMount: z.string().nullish(),
  capabilities: z
    .object({ add: z.array(z.string()).nullish(), drop: z.array(z.string()).nullish() })
    .nullish(),
})
const amounts = z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).nullish()
const waiting = z.object({ reason: z.string().nullish(), message: z.string().nullish() }).nullish()

/** What a cluster says of a pod, as far as it matters here. */
const Pod = z.object({
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).nullish() }),
  spec: z.object({
    ...{ nodeName: z.string().nullish(), restartPolicy: z.string().nullish() },
    ...{ runtimeClassName: z.string().nullish(), hostUsers: off, hostNetwork: off, hostPID: off },
    ...{ hostIPC: off, shareProcessNamespace: off, automountServiceAccountToken: off },
    ...{ enableServiceLinks: off, dnsPolicy: z.string().nullish() },
    dnsConfig: z.object({ nameservers: z.array(z.string()).nullish() }).nullish(),
    securityContext: context.nullish(),
    initContainers: z.array(z.unknown()).nullish(),
    ephemeralContainers: z.array(z.unknown()).nullish(),
    volumes: z
      .array(
        z.object({
          name: z.string(),
          emptyDir: z
            .object({ medium: z.string().nullish(), sizeLimit: z.coerce.string().nullish() })
            .nullish(),
        }),
      )
      .nullish(),
    containers: z.array(
      z.object({
        ...{ name: z.string(), image: z.string(), command: z.array(z.string()).nullish() },
        ...{ args: z.array(z.string()).nullish(), envFrom: z.array(z.unknown()).nullish() },
        resources: z.object({ limits: amounts, requests: amounts }).nullish(),
        securityContext: context.nullish(),
        ...{ volumeDevices: z.array(z.unknown()).nullish(), lifecycle: z.unknown().optional() },
        volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })).nullish(),
      }),
    ),
  }),
  status: z
    .object({
      ...{ phase: z.string().nullish(), reason: z.string().nullish() },
      message: z.string().nullish(),
      conditions: z
        .array(
          z.object({
            ...{ type: z.string(), status: z.string(), reason: z.string().nullish() },
            message: z.string().nullish(),
          }),
        )
        .nullish(),
      containerStatuses: z
        .array(
          z.object({
            state: z
              .object({
                ...{ waiting, terminated: waiting },
                running: z.unknown().optional(),
              })
              .nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
})
export type Pod = z.infer<typeof Pod>

/** Reads a list of pods; null for anything else. */
export function decodePods(text: string): readonly Pod[] | null {
  try {
    const read = z.object({ items: z.array(Pod) }).safeParse(JSON.parse(text))
    return read.success ? read.data.items : null
  } catch {
    return null
  }
}

/** What the cluster made weaker than it was asked to; empty when all of it holds. */
export function podFaults(run: ClusterRun, { metadata, spec }: Pod): string[] {
  const [container, ...others] = spec.containers
  const added = [...others, ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])]
  const labels = metadata.labels ?? {}
  const servers = spec.dnsConfig?.nameservers ?? []
  const checks: (readonly [boolean, string])[] = [
    [added.length === 0, `${added.length} other containers were put beside it`],
    [spec.restartPolicy === 'Never', 'it would be started again'],
    [
      spec.runtimeClassName === run.runtimeClass,
      `its RuntimeClass is ${spec.runtimeClassName ?? 'the usual one'}`,
    ],
    [spec.hostUsers === false, 'it has no user namespace of its own (hostUsers)'],
    [spec.hostNetwork !== true, "its network is the node's"],
    [spec.hostPID !== true, "its processes are beside the node's"],
    [spec.hostIPC !== true, "its shared memory is the node's"],
    [spec.shareProcessNamespace !== true, 'its containers share their processes'],
    [spec.automountServiceAccountToken === false, 'it is given a token of the cluster'],
    [spec.enableServiceLinks === false, 'it is told of the services beside it'],
    [spec.dnsPolicy === 'None', `its DNS policy is ${spec.dnsPolicy ?? 'the usual one'}`],
    [servers.join() === '192.0.2.53', `its name servers are ${servers.join() || 'unknown'}`],
    ...Object.entries(labelsOf(run)).map(
      ([name, value]) => [labels[name] === value, `its label ${name} is not ${value}`] as const,
    ),
    ...volumeFaults(run, spec),
    ...(container === undefined
      ? [[false, 'it has no container'] as const]
      : containerFaults(run, spec, container)),
  ]
  return checks.filter(([holds]) => !holds).map(([, why]) => why)
}

type Spec = Pod['spec']
type Container = Spec['containers'][number]

function containerFaults(
  run: ClusterRun,
  spec: Spec,
  container: Container,
): (readonly [boolean, string])[] {
  const own = container.securityContext ?? {}
  const all = { ...spec.securityContext, ...own }
  const { add, drop } = own.capabilities ?? {}
  const command = [...(container.command ?? []), ...(container.args ?? [])]
  const { limits = null, requests = null } = container.resources ?? {}
  return [
    [container.image === run.image, `its image is ${container.image}`],
    [command.join('\0') === holder.join('\0'), 'another program was put into it'],
    [container.lifecycle === undefined, 'programs are run at its beginning or end'],
    [(container.envFrom ?? []).length === 0, 'it is given an environment of others'],
    [(container.volumeDevices ?? []).length === 0, 'it has devices of the node'],
    [all.runAsNonRoot === true, 'it may be root'],
    [all.runAsUser === clusterUser, `its user is ${all.runAsUser ?? "the image's"}`],
    [all.runAsGroup === clusterUser, `its group is ${all.runAsGroup ?? "the image's"}`],
    [(all.supplementalGroups ?? []).length === 0 && !all.fsGroup, 'it is in other groups'],
    [own.privileged !== true, 'it is privileged'],
    [own.allowPrivilegeEscalation === false, 'privileges can be gained'],
    [own.readOnlyRootFilesystem === true, 'its root can be written to'],
    [(drop ?? []).includes('ALL'), 'capabilities are not dropped'],
    [(add ?? []).length === 0, `it is given ${(add ?? []).join(' ')}`],
    [(own.procMount ?? 'Default') === 'Default', 'its /proc is unmasked'],
    [
      all.seccompProfile?.type === 'RuntimeDefault',
      `its filter of system calls is ${all.seccompProfile?.type ?? 'none'}`,
    ],
    ...Object.entries(resourcesOf(run)).flatMap(([name, amount]) =>
      [limits, requests].map(
        (of) =>
          [isAmount(of?.[name], amount), `its ${name} is ${of?.[name] ?? 'not held'}`] as const,
      ),
    ),
  ]
}

const isAmount = (found: string | undefined, asked: string): boolean =>
  found !== undefined && amountOf(found) === amountOf(asked)

function volumeFaults(run: ClusterRun, spec: Spec): (readonly [boolean, string])[] {
  const asked = volumesOfPod(run)
  const mounts = spec.containers[0]?.volumeMounts ?? []
  return [
    ...(spec.volumes ?? []).map(({ name, emptyDir }) => {
      const own = asked.find((one) => one.name === name)
      const bytes = amountOf(emptyDir?.sizeLimit ?? '')
      const holds = emptyDir?.medium === 'Memory' && bytes === own?.bytes
      return [holds, `its volume ${name} is not as asked`] as const
    }),
    ...asked.map(({ name, at }) => {
      const holds = mounts.some((one) => one.name === name && one.mountPath === at)
      return [holds, `${at} is no file system of its own`] as const
    }),
    ...mounts
      .filter(({ mountPath }) => asked.every(({ at }) => at !== mountPath))
      .map(({ mountPath }) => [false, `it has a mount at ${mountPath}`] as const),
  ]
}

const thousand = { m: 1e-3, '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 }
const factors: Readonly<Record<string, number>> = {
  ...thousand,
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 },
}

/** An amount as a cluster writes it, e.g. `500m` or `64Mi`; NaN for none. */
export function amountOf(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([A-Za-z]*)$/.exec(text) ?? []
  return Number(number) * (factors[unit ?? 'none'] ?? Number.NaN)
}
