import type { Pod } from './cluster-pod.ts'
import type { LimitName, SandboxRefusal } from './sandbox.ts'

const imageReasons = /^(ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|Image)/
const brokenReasons = /^(CreateContainer|RunContainer|CrashLoop|StartError|ContainerCannotRun)/

/** Whether a pod runs, will never, or may yet. */
export type Beginning = 'runs' | 'waits' | SandboxRefusal

export function beginningOf(pod: Pod): Beginning {
  const { phase, reason, message, containerStatuses } = pod.status ?? {}
  const state = containerStatuses?.[0]?.state
  if (phase === 'Failed' || phase === 'Succeeded') {
    const why = `the pod ended before it began: ${said(reason, message)}`
    const hint = 'look at the node: memory, disk, evictions (kubectl describe node)'
    return { code: 'not-isolated', why, hint }
  }
  if (phase === 'Running' && state?.running) return 'runs'
  const { reason: waits, message: words } = state?.waiting ?? {}
  if (imageReasons.test(waits ?? '')) {
    const hint = 'let the nodes fetch the image: its registry, its digest, the secret to pull it'
    return { code: 'no-root', why: `the image cannot be had: ${said(waits, words)}`, hint }
  }
  if (brokenReasons.test(waits ?? '') || state?.terminated) {
    const { reason: ended, message: more } = state?.terminated ?? {}
    const why = `the pod cannot be started: ${said(waits ?? ended, words ?? more)}`
    return { code: 'not-isolated', why, hint: 'look at the image (sh, sleep) and the RuntimeClass' }
  }
  return 'waits'
}

/** Why a pod did not begin in time; null for a Job that has no pod. */
export function refusalOfWaiting(pod: Pod | null): SandboxRefusal {
  if (pod === null) {
    const why = 'the cluster made no pod for the Job in time'
    return { code: 'not-isolated', why, hint: 'look at kubectl get events: quotas, admission' }
  }
  const placing = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')
  if (placing?.status === 'False') {
    const why = `no node takes the pod: ${said(placing.reason, placing.message)}`
    const hint = 'give it nodes with this RuntimeClass and enough of cpu and memory'
    return { code: 'not-isolated', why, hint }
  }
  const waiting = pod.status?.containerStatuses?.[0]?.state?.waiting
  const why = `the pod did not begin in time: ${said(waiting?.reason, waiting?.message)}`
  return { code: 'not-isolated', why, hint: 'look at kubectl get events: RuntimeClass, volumes' }
}

/** The limit that the cluster ended a pod by; null for none. */
export function limitOfPod(pod: Pod): LimitName | null {
  const { reason, containerStatuses } = pod.status ?? {}
  if (reason === 'Evicted') return 'disk'
  if (reason === 'DeadlineExceeded') return 'wall'
  return containerStatuses?.[0]?.state?.terminated?.reason === 'OOMKilled' ? 'memory' : null
}

const said = (...words: readonly (string | null | undefined)[]): string =>
  words
    .filter((word) => typeof word === 'string' && word !== '')
    .join(': ')
    .replace(/[\p{C}\s]+/gu, ' ')
    .slice(0, 400) || 'it does not say why'
