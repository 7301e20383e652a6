import { createHash } from 'node:crypto'
import { disksOf } from './container-arguments.ts'
import { searchPath } from './inner-script.ts'
import { cgroupBoundsOf, stateMsMax } from './limits.ts'
import type { Limits } from './sandbox.ts'

/** What one run is made of, for a cluster. */
export type ClusterRun = {
  /** Of the Job, and the value of the label `parley.run/name`. */
  readonly name: string
  /** Of the worker's machine since it was started, and of the run; see `nameOfRun`. */
  readonly machine: string
  readonly owner: string
  readonly runtimeClass: string
  /** By digest. */
  readonly image: string
  /** What is brought along beside the archive. */
  readonly givenBytes: number
  readonly limits: Limits
}

/** What every pod of a run is labelled with: network policies select them by it. */
const runLabel = { key: 'parley.run', value: 'proof' } as const
export const machineLabel = 'parley.run/machine'
export const nameLabel = 'parley.run/name'
export const ownerAnnotation = 'parley.run/owner'
export const containerName = 'run'

/** No user that an image knows; a user namespace of a pod has 65536 users. */
export const clusterUser = 64_001

/** A name that the cluster takes, for a run of this owner. */
export const jobNameOf = (owner: string): string =>
  `parley-run-${createHash('sha256').update(owner).digest('hex').slice(0, 24)}`

/** How long a pod may take to begin: to be given a node, and an image. */
export const beginsWithinMs = 180_000
const mebibyte = 1 << 20
const ownMs = 120_000
const storageBytes = 16 * mebibyte

/**
 * Cores, in thousandths, by which the CPU time is held: nothing that runs at this rate for all of
 * its time uses more than it may.
 */
export const coresOf = ({ cpuMs, wallMs }: Limits): number =>
  Math.min(64_000, Math.floor((1000 * cpuMs) / wallMs))

export const labelsOf = (run: ClusterRun): Readonly<Record<string, string>> => ({
  [runLabel.key]: runLabel.value,
  [nameLabel]: run.name,
  [machineLabel]: run.machine,
})

/** Folders of a run that can be written to, each in memory and of its own size. */
export function volumesOfPod(run: ClusterRun): { name: string; at: string; bytes: number }[] {
  const { work, tmp, shared } = disksOf(run.limits)
  return [
    { name: 'work', at: '/work', bytes: work },
    { name: 'tmp', at: '/tmp', bytes: tmp },
    { name: 'shared', at: '/dev/shm', bytes: shared },
    { name: 'parley', at: '/parley', bytes: run.givenBytes + 4 * mebibyte },
  ]
}

/** What a container of the run may use; asked for and held to the same. */
export function resourcesOf(run: ClusterRun): Readonly<Record<string, string>> {
  const parley = volumesOfPod(run).find(({ name }) => name === 'parley')?.bytes ?? 0
  return {
    cpu: `${coresOf(run.limits)}m`,
    memory: String(cgroupBoundsOf(run.limits).memoryBytes + parley),
    'ephemeral-storage': String(storageBytes),
  }
}

/** Seconds after which the cluster ends a run that no worker watches any more. */
const endsWithinSeconds = ({ limits }: ClusterRun): number =>
  Math.ceil((beginsWithinMs + ownMs + limits.wallMs + 2 * stateMsMax(limits)) / 1000)

/** What holds the pod: it does nothing, and takes away processes that lost their parent. */
export const holder = ['/bin/sh', '-c', 'while sleep 3600 || [ $? -gt 128 ]; do :; done']

/** The Job of a run, as `kubectl create` takes it. */
export function jobManifest(run: ClusterRun): object {
  const labels = labelsOf(run)
  return {
    ...{ apiVersion: 'batch/v1', kind: 'Job' },
    metadata: { name: run.name, labels, annotations: { [ownerAnnotation]: run.owner } },
    spec: {
      ...{ backoffLimit: 0, ttlSecondsAfterFinished: 60, completions: 1, parallelism: 1 },
      activeDeadlineSeconds: endsWithinSeconds(run),
      template: { metadata: { labels }, spec: podOf(run) },
    },
  }
}

function podOf(run: ClusterRun): object {
  const resources = resourcesOf(run)
  const user = { runAsNonRoot: true, runAsUser: clusterUser, runAsGroup: clusterUser }
  const seccompProfile = { type: 'RuntimeDefault' }
  const volumes = volumesOfPod(run)
  return {
    ...{ restartPolicy: 'Never', runtimeClassName: run.runtimeClass, hostUsers: false },
    ...{ hostNetwork: false, hostPID: false, hostIPC: false, shareProcessNamespace: false },
    ...{ automountServiceAccountToken: false, enableServiceLinks: false },
    // A name server that is nobody's: addresses kept for documentation.
    ...{ dnsPolicy: 'None', dnsConfig: { nameservers: ['192.0.2.53'] } },
    ...{ terminationGracePeriodSeconds: 0, securityContext: { ...user, seccompProfile } },
    volumes: volumes.map(({ name, bytes }) => ({
      name,
      emptyDir: { medium: 'Memory', sizeLimit: String(bytes) },
    })),
    containers: [
      {
        ...{ name: containerName, image: run.image, imagePullPolicy: 'IfNotPresent' },
        ...{ command: holder, workingDir: '/work', env: [{ name: 'PATH', value: searchPath }] },
        resources: { requests: resources, limits: resources },
        securityContext: {
          ...{ ...user, seccompProfile, privileged: false, allowPrivilegeEscalation: false },
          ...{ readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
        },
        volumeMounts: volumes.map(({ name, at }) => ({ name, mountPath: at })),
      },
    ],
  }
}
