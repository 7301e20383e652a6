import type { TranscriptEvent } from '../api/types.ts'

const startMs = Date.parse('2026-11-20T08:00:00.000Z')
const turn = 5

/** The event at a place of an invented transcript: the same every time, however long it is. */
export function eventAt(n: number, total: number): TranscriptEvent {
  const place = { n, at: new Date(startMs + n * 1_700).toISOString() }
  if (n === 0) return { is: 'system', ...place, text: 'You work in /work. Leave what you find.' }
  if (n === 1) return { is: 'user', ...place, text: 'Find the flaw in label.c and say its line.' }
  if (n === total - 1) return { is: 'verifier', ...place, reward: 1, why: null }
  if (n % 997 === 0) return rareAt(n, place)
  const no = Math.floor(n / turn)
  switch (n % turn) {
    case 0:
    case 2:
      return saidAt(n, no, place)
    case 1:
    case 3: {
      const output = `label.c:${no}: buf[len] = c;\n`.repeat(1 + (no % 40))
      return {
        is: 'tool',
        ...place,
        call: `c${n - 1}`,
        tool: 'shell',
        output,
        truncated: no % 9 === 0,
      }
    }
    default:
      return {
        ...{ is: 'usage', ...place, request: `r${no}`, input: 1_200 + (no % 900), output: 310 },
        ...{ microUsd: 4_100 + (no % 700), doubt: no % 211 === 7 ? 'too-low' : null },
        stop: 'tool_use',
      }
  }
}

type Place = { readonly n: number; readonly at: string }

function saidAt(n: number, no: number, place: Place): TranscriptEvent {
  const text = `Turn ${no}. I look at the loop that copies the label. `.repeat(1 + (no % 6))
  const call = { id: `c${n}`, tool: 'shell', input: `{"command":"sed -n ${no},+20p label.c"}` }
  const reasoning = no % 3 === 0 ? `The length comes from outside.\nSo ${no} may pass the end.` : ''
  const said = { is: 'assistant', ...place, text, calls: [call] } as const
  return reasoning === '' ? said : { ...said, reasoning }
}

/** What happens now and then, and what somebody who reviews has to look at. */
function rareAt(n: number, place: Place): TranscriptEvent {
  const why = 'overloaded <script>document.title="taken"</script> [https://example.com](x)'
  const kind = Math.floor(n / 997) % 4
  if (kind === 0) return { is: 'retry', ...place, request: `r${n}`, waitMs: 2_400, why }
  if (kind === 1) return { is: 'error', ...place, code: 'overloaded', why }
  if (kind === 2) return { is: 'limit', ...place, limit: 'tokens', most: 2_500_000 }
  return { is: 'note', ...place, text: 'The runner began again here after its machine was lost.' }
}
