/** How answers are compared: by the letters of choices, or as texts, case and blanks aside. */
export type Expected =
  | { readonly is: 'choice'; readonly letters: readonly string[] }
  | { readonly is: 'exact'; readonly answers: readonly string[] }

/** As the verifier brings a text into one form. */
export const normalised = (text: string): string => text.trim().split(/\s+/).join(' ').toLowerCase()

/** An answer that earns nothing. */
export function wrongAnswer(expected: Expected, choices: number): string {
  if (expected.is === 'choice') {
    const letters = lettersUpTo(choices)
    const other = letters.find((letter) => !expected.letters.includes(letter))
    return other ?? expected.letters[0] ?? ''
  }
  const right = new Set(expected.answers.map(normalised))
  for (let number = 1; ; number++) {
    const text = `no answer ${number}`
    if (!right.has(text)) return text
  }
}

export const choicesMax = 26
export const lettersUpTo = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => String.fromCharCode(65 + at))

export const answerName = 'answer.txt'

/** The verifier's program. Whatever the agent left is opened with care and only read. */
export const verifierOf = (canary: string): string => `# ${canary}
import json
import os
import re
import stat

HERE = os.path.dirname(os.path.abspath(__file__))


def answer():
    """What the agent left; nothing where that is no plain file."""
    try:
        opened = os.open("${answerName}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return ""
    with os.fdopen(opened, encoding="utf-8", errors="replace") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return ""
        text = file.read(65537)
        return text if len(text) <= 65536 else ""


def is_right(found, expected):
    if expected["is"] == "choice":
        letters = [part for part in re.split(r"[\\s,;.()]+", found.upper()) if part]
        return sorted(set(letters)) == sorted(expected["letters"])
    plain = " ".join(found.split()).lower()
    return any(plain == " ".join(one.split()).lower() for one in expected["answers"])


with open(os.path.join(HERE, "expected.json"), encoding="utf-8") as file:
    EXPECTED = json.load(file)
print(1 if is_right(answer(), EXPECTED) else 0)
`
