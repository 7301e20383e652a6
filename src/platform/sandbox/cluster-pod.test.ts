import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { limits } from '../../../test/escape/sandboxes.ts'
import { refusalOfClient } from './cluster-client.ts'
import { type ClusterRun, jobManifest } from './cluster-manifest.ts'
import { limitOfPod, refusalOfWaiting } from './cluster-pending.ts'
import { amountOf, decodePods, type Pod, podFaults } from './cluster-pod.ts'
import { policyFaults } from './cluster-policy.ts'

const asked: ClusterRun = {
  ...{ name: 'parley-run-1', machine: 'here', owner: 'me', runtimeClass: 'kata' },
  ...{ image: `tools@sha256:${'0'.repeat(64)}`, givenBytes: 1000, limits },
}

/** The pod of the Job, as a cluster tells it, with some of its text otherwise. */
function podWith(from: string | RegExp = '', to = ''): Pod {
  const job = JSON.parse(JSON.stringify(jobManifest(asked)))
  const { metadata, spec } = job.spec.template
  const pod = { metadata: { ...metadata, name: 'one' }, spec, status: {} }
  const text = JSON.stringify({ items: [pod] })
  const other = text.replace(from, to)
  if (from !== '') assert.notEqual(other, text)
  const [found] = decodePods(other) ?? []
  assert.ok(found)
  return found
}

describe('a pod of a run', () => {
  test('that is made as asked isolates no less', () => {
    assert.deepEqual(podFaults(asked, podWith()), [])
  })

  for (const [why, from, to] of [
    ['other containers', '"containers":[', '"containers":[{"name":"mesh","image":"mesh"},'],
    ['1 other containers', '"containers":[', '"initContainers":[{}],"containers":['],
    ['1 other containers', '"containers":[', '"ephemeralContainers":[{}],"containers":['],
    ['started again', '"restartPolicy":"Never",', ''],
    ['its RuntimeClass is the usual one', '"runtimeClassName":"kata",', ''],
    ['its RuntimeClass is runc', '"runtimeClassName":"kata"', '"runtimeClassName":"runc"'],
    ['no user namespace', '"hostUsers":false,', ''],
    ["network is the node's", '"hostNetwork":false', '"hostNetwork":true'],
    ["beside the node's", '"hostPID":false', '"hostPID":true'],
    ["memory is the node's", '"hostIPC":false', '"hostIPC":true'],
    ['share their', '"shareProcessNamespace":false', '"shareProcessNamespace":true'],
    ['a token', '"automountServiceAccountToken":false,', ''],
    ['services beside it', '"enableServiceLinks":false,', ''],
    ['DNS policy is ClusterFirst', '"dnsPolicy":"None"', '"dnsPolicy":"ClusterFirst"'],
    ['name servers are 10.0.0.1', '192.0.2.53', '10.0.0.1'],
    ['label parley.run is not', '"parley.run":"proof",', ''],
    ['its image is', '"image":"tools@', '"image":"other@'],
    ['another program', 'while sleep', 'evil; while sleep'],
    ['at its beginning', '"workingDir"', '"lifecycle":{"postStart":{}},"workingDir"'],
    ['environment of others', '"workingDir"', '"envFrom":[{}],"workingDir"'],
    ['devices', '"workingDir"', '"volumeDevices":[{}],"workingDir"'],
    ['may be root', /"runAsNonRoot":true/g, '"runAsNonRoot":false'],
    ['its user is 0', /"runAsUser":\d+/g, '"runAsUser":0'],
    ["its group is the image's", /"runAsGroup":\d+,?/g, ''],
    ['other groups', '"securityContext":{', '"securityContext":{"fsGroup":7,'],
    ['privileged', '"privileged":false', '"privileged":true'],
    ['can be gained', '"allowPrivilegeEscalation":false,', ''],
    ['root can be written', '"readOnlyRootFilesystem":true,', ''],
    ['not dropped', '"drop":["ALL"]', '"drop":[]'],
    ['given NET_RAW', '"drop":["ALL"]', '"drop":["ALL"],"add":["NET_RAW"]'],
    ['unmasked', '"privileged"', '"procMount":"Unmasked","privileged"'],
    ['system calls is none', /"seccompProfile":\{"type":"RuntimeDefault"\}/g, '"x":1'],
    ['its cpu is not held', '"cpu":"500m",', ''],
    ['its memory is 1Ti', /"memory":"\d+"/, '"memory":"1Ti"'],
    ['its ephemeral-storage is', /"ephemeral-storage":"\d+"/, '"ephemeral-storage":"1Gi"'],
    ['volume work is not', '"medium":"Memory"', '"medium":""'],
    ['volume work is not', /"sizeLimit":"\d+"/, '"sizeLimit":"1Ti"'],
    ['volume token is not', '"volumes":[', '"volumes":[{"name":"token"},'],
    ['/tmp is no file system', '"mountPath":"/tmp"', '"mountPath":"/data"'],
    ['a mount at /data', '"mountPath":"/tmp"', '"mountPath":"/data"'],
  ] as const) {
    test(`is refused: ${why} (${from})`, () => {
      const found = podFaults(asked, podWith(from, to))
      assert.ok(
        found.some((one) => one.includes(why)),
        found.join('; '),
      )
    })
  }

  test('is told in amounts that the cluster writes in its own way', () => {
    for (const [text, value] of [
      ...([
        ['500m', 0.5],
        ['2', 2],
        ['64Mi', 64 << 20],
        ['1G', 1e9],
        ['1.5Gi', 1.5 * 2 ** 30],
      ] as const),
      ...([
        ['', Number.NaN],
        ['Mi', Number.NaN],
        ['5x', Number.NaN],
        ['-1', Number.NaN],
      ] as const),
    ]) {
      assert.equal(amountOf(text), value, text)
    }
  })

  test('that does not begin is told with what to do', () => {
    const none = podWith()
    const scheduled = (status: string) => ({
      ...none,
      status: {
        conditions: [{ type: 'PodScheduled', status, reason: 'Unschedulable', message: 'no cpu' }],
      },
    })
    assert.match(refusalOfWaiting(null).why, /made no pod/)
    assert.match(refusalOfWaiting(scheduled('False')).why, /no node takes the pod.*no cpu/)
    assert.match(refusalOfWaiting(scheduled('False')).hint ?? '', /nodes with this RuntimeClass/)
    assert.match(refusalOfWaiting(scheduled('True')).why, /did not begin in time/)
  })

  test('that the cluster ended is told as a limit', () => {
    const ended = (status: Pod['status']) => limitOfPod({ ...podWith(), status })
    assert.equal(ended({ reason: 'Evicted' }), 'disk')
    assert.equal(ended({ reason: 'DeadlineExceeded' }), 'wall')
    const state = { terminated: { reason: 'OOMKilled' } }
    assert.equal(ended({ containerStatuses: [{ state }] }), 'memory')
    assert.equal(ended({ phase: 'Running' }), null)
  })
})

describe('network policies', () => {
  const labels = { 'parley.run': 'proof' }
  const selector = { matchLabels: labels }
  const deny = { podSelector: selector, policyTypes: ['Egress', 'Ingress'] }
  const faults = (...specs: readonly object[]): string =>
    policyFaults(
      labels,
      JSON.stringify({
        items: specs.map((spec, index) => ({ metadata: { name: `p${index}` }, spec })),
      }),
    ).join('; ')
  const by = (...matchExpressions: readonly object[]) => ({
    ...deny,
    podSelector: { matchExpressions },
  })
  const key = 'parley.run'

  for (const [name, specs, why] of [
    ['none', [], /denies egress.*denies ingress/],
    ['one for other pods', [{ ...deny, podSelector: { matchLabels: { app: 'x' } } }], /denies/],
    ['one for ingress only', [{ ...deny, policyTypes: ['Ingress'] }], /^no .* denies egress$/],
    ['one for egress only', [{ ...deny, policyTypes: ['Egress'] }], /^no .* denies ingress$/],
    ['one that says no way', [{ podSelector: selector }], /denies egress/],
    ['one that allows DNS', [{ ...deny, egress: [{}] }], /p0 allows egress/],
    ['another one that allows', [deny, { podSelector: {}, egress: [{}] }], /p1 allows egress/],
    ['one that lets in', [deny, { podSelector: {}, ingress: [{}] }], /p1 allows ingress/],
    ['one for pods without it', [by({ key, operator: 'DoesNotExist' })], /denies egress/],
    ['one for other values', [by({ key, operator: 'NotIn', values: ['proof'] })], /denies egress/],
    ['one in unknown words', [by({ key, operator: 'Near' })], /cannot be read/],
  ] as const) {
    test(`are refused: ${name}`, () => assert.match(faults(...specs), why))
  }

  test('hold when one denies both and none allows anything', () => {
    const other = { podSelector: { matchLabels: { app: 'x' } }, egress: [{}] }
    for (const spec of [
      ...[deny, { ...deny, podSelector: {} }, { ...deny, egress: [], ingress: [] }],
      ...[by({ key, operator: 'Exists' }), by({ key, operator: 'In', values: ['proof'] })],
    ]) {
      assert.equal(faults(spec, other), '')
    }
    assert.deepEqual(policyFaults(labels, '<html>'), ['the network policies cannot be read'])
  })
})

test('what the client says is told with what to do', () => {
  for (const [text, why, hint] of [
    ['spawn kubectl ENOENT', /there is no kubectl/, /install/],
    ['Error from server (Forbidden): pods is forbidden', /does not let/, /Role/],
    ['dial tcp: lookup api: no such host', /does not answer/, /KUBECONFIG/],
    ['exceeded quota: runs', /quota/, /raise/],
    [
      'something else\u001b[31m\nhere',
      /does not do what it is asked for: something else \[31m here/,
      /^$/,
    ],
  ] as const) {
    const refusal = refusalOfClient(text)
    assert.match(refusal.why, why)
    assert.match(refusal.hint ?? '', hint)
  }
})
