import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'

/** A report that was sent; `receipt` once it was acknowledged. */
export type SentReport = {
  readonly marker: string
  /** Null for what is not sent again: it may be there once or not at all. */
  readonly key: string | null
  receipt: string | null
}

/** A document that was sent, with as many findings. */
export type SentDocument = {
  readonly name: string
  readonly marker: string
  readonly findings: number
  import: string | null
}

export type Target = { readonly url: string; readonly token: string }

const clients = 6
const findingsMax = 300

/** Reports and documents from several clients at once, until told to stop. */
export class CrashLoad {
  readonly reports: SentReport[] = []
  readonly documents: SentDocument[] = []
  #target: Target
  #isOver = false

  constructor(target: Target) {
    this.#target = target
  }

  /** Sends until `stop`; what is refused or unanswered is remembered as such. */
  async run(): Promise<void> {
    this.#isOver = false
    const singles = Array.from({ length: clients }, async (_, at) => {
      while (!this.#isOver) {
        const key = at % 2 === 0 ? marker() : null
        const report: SentReport = { marker: marker(), key, receipt: null }
        this.reports.push(report)
        await sendReport(this.#target, report)
      }
    })
    const bulk = (async () => {
      while (!this.#isOver) {
        const findings = 1 + (randomBytes(2).readUInt16BE() % findingsMax)
        const document = { name: `${marker()}.ndjson`, marker: marker(), findings, import: null }
        this.documents.push(document)
        await sendDocument(this.#target, document)
        await pause(20)
      }
    })()
    await Promise.all([...singles, bulk])
  }

  stop(): void {
    this.#isOver = true
  }

  /** Resolves when something was acknowledged. */
  async untilTaken(): Promise<void> {
    while (!this.#isOver && !this.reports.some(({ receipt }) => receipt !== null)) await pause(5)
  }

  /** Sends again what was not acknowledged and may be sent again. */
  async repeat(): Promise<void> {
    const open = this.reports.filter(({ receipt, key }) => receipt === null && key !== null)
    await Promise.all(open.map((report) => sendReport(this.#target, report)))
    const unknown = this.documents.filter((one) => one.import === null)
    await Promise.all(unknown.map((document) => sendDocument(this.#target, document)))
  }
}

const marker = (): string => randomBytes(8).toString('hex')

const waitMs = 5_000

async function sendReport({ url, token }: Target, report: SentReport): Promise<void> {
  const attachment = { filename: 'a.txt', content_type: 'text/plain', data: report.marker }
  const told = await posted(new URL('/v1/reports', url), {
    headers: {
      ...{ authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(report.key !== null && { 'idempotency-key': report.key }),
    },
    body: JSON.stringify({
      ...{ purl: `pkg:npm/p${report.marker}@1.0.0`, code_path: report.marker },
      ...(report.marker < '2' && { attachments: [attachment] }),
    }),
  })
  if (typeof told?.['receipt'] === 'string') report.receipt = told['receipt']
}

async function sendDocument({ url, token }: Target, document: SentDocument): Promise<void> {
  const lines = Array.from({ length: document.findings }, (_, at) =>
    JSON.stringify({
      ...{ purl: `pkg:npm/d${document.marker}-${at}@1.0.0`, upstream_ids: [] },
      code_path: `${document.marker}-${at}`,
    }),
  )
  const told = await posted(new URL(`/v1/reports/bulk?name=${document.name}`, url), {
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
    body: lines.join('\n'),
  })
  if (typeof told?.['import'] === 'string') document.import = told['import']
}

type Post = { readonly headers: Record<string, string>; readonly body: string }

/** What a 202 says; null for every other answer and for none. */
async function posted(url: URL, { headers, body }: Post): Promise<Record<string, unknown> | null> {
  try {
    const signal = AbortSignal.timeout(waitMs)
    const response = await fetch(url, { method: 'POST', headers, body, signal })
    const text = await response.text()
    return response.status === 202 ? Object(JSON.parse(text)) : null
  } catch {
    return null
  } finally {
    await pause(1)
  }
}
