import type { Component, Finding } from '#formats/finding/finding.ts'
import { present } from '#formats/finding/present.ts'
import type { Reader } from '#formats/json/reader.ts'
import { osvDecoder } from '#formats/osv/decode.ts'

/** Reports of before protocol 1.0: a list of flawed symbols, each with its OSV record. */
export function legacyFindings(document: Reader): Finding[] {
  const modules = document.objects('Modules')
  const versions = new Map(modules.map((one) => [one.text('Path'), one.text('Version')]))
  return document.objects('Vulns').flatMap((flaw) => {
    const record = flaw.object('OSV')
    const { findings } = osvDecoder.decode({ kind: 'json', value: record.value ?? {}, text: '' })
    const [told] = findings
    if (told === undefined) {
      flaw.problem({ code: 'missing-field', why: 'no record of the flaw', key: 'OSV', lost: true })
      return []
    }
    const module = flaw.text('ModPath')
    const symbol = [flaw.text('PkgPath'), flaw.text('Symbol')].filter((one) => one !== undefined)
    const same = told.components?.find(({ name }) => name === module)
    const component = present<Component>({
      ...{ ecosystem: 'Go', ...same },
      name: module ?? same?.name ?? 'unnamed module',
      version: versions.get(module),
    })
    const symbols = symbol.length === 0 ? {} : { symbols: [symbol.join('.')] }
    const uncalled = { is: 'not-affected', why: 'the flawed code is not called' } as const
    return [
      {
        ...{ ...told, ...symbols, at: { pointer: flaw.pointer }, tool: { name: 'govulncheck' } },
        components: [component],
        ...(flaw.raw('CallSink') === 0 ? { standing: uncalled } : {}),
        original: flaw.value,
      },
    ]
  })
}
