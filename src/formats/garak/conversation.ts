import type { Proof } from '#formats/finding/finding.ts'
import { isArray, isObject } from '#formats/json/reader.ts'

/** Characters of one message that are shown; the whole is in the original. */
const messageCharsMax = 20_000
/** Turns of a conversation that are shown. */
const turnsMax = 50

/**
 * The text of a prompt or an output: a text, a message `{text}`, or a conversation
 * `{turns: [{role, content: {text}}]}`, as versions of garak differ.
 */
function textOfMessage(message: unknown): string | undefined {
  if (typeof message === 'string') return clipped(message)
  if (!isObject(message)) return undefined
  if (isArray(message['turns'])) {
    const turns = message['turns'].slice(0, turnsMax).flatMap(turnOf)
    const [only, ...others] = turns
    if (only !== undefined && others.length === 0) return clipped(only.text)
    return clipped(turns.map(({ role, text }) => `${role}: ${text}`).join('\n'))
  }
  return typeof message['text'] === 'string' ? clipped(message['text']) : undefined
}

function turnOf(turn: unknown): { role: string; text: string }[] {
  if (!isObject(turn)) return []
  const text = textOfMessage(turn['content'])
  if (text === undefined) return []
  const role = turn['role']
  return [{ role: typeof role === 'string' && role.trim() !== '' ? role : 'turn', text }]
}

function clipped(text: string): string | undefined {
  if (text.trim() === '') return undefined
  return text.length > messageCharsMax ? `${text.slice(0, messageCharsMax)}\n[cut]` : text
}

/** A prompt and what the model made of it. */
export function exchange(prompt: unknown, output: unknown): Proof[] {
  const [asked, answered] = [textOfMessage(prompt), textOfMessage(output)]
  return [
    ...(asked === undefined ? [] : [{ language: 'prompt', text: asked }]),
    ...(answered === undefined ? [] : [{ language: 'output', text: answered }]),
  ]
}
