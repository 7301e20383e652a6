/** A text that does something wherever it is taken for more than text. */
const hostile =
  'owned "><img src=x onerror="window.owned=1"><script>window.owned=1</script>' +
  "<svg onload=window.owned=1> ' [x](javascript:window.owned=1) {{window.owned=1}}"

/** A report of the TAP contract whose texts are hostile wherever the contract leaves them free. */
export const hostileReport = {
  ...{ software: hostile, ecosystem: 'npm', versions: [hostile.slice(0, 60)] },
  code_path: hostile,
  affected_symbol: { file: hostile, function: hostile, line: 3 },
  discovery_tooling: hostile.slice(0, 128),
  email: 'lab@harbour.example',
  enrichment: { severity: 'High', summary: hostile },
  attachments: [
    {
      filename: hostile.replaceAll('/', '|'),
      content_type: 'text/markdown',
      type: 'other',
      data: `# ${hostile}\n\n${hostile}\n`,
    },
  ],
}

const sarif = {
  version: '2.1.0',
  runs: [
    {
      tool: { driver: { name: hostile, rules: [{ id: 'owned', name: hostile }] } },
      results: [
        {
          ruleId: 'owned',
          message: { text: hostile },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: hostile },
                region: { startLine: 1, snippet: { text: hostile } },
              },
              logicalLocations: [{ fullyQualifiedName: hostile }],
            },
          ],
          partialFingerprints: { owned: hostile },
        },
      ],
    },
  ],
}

const osv = {
  ...{ schema_version: '1.7.0', id: 'x_owned', modified: '2026-01-02T03:04:05Z' },
  ...{ summary: hostile, details: hostile, aliases: [hostile] },
  affected: [{ package: { ecosystem: 'npm', name: hostile }, versions: [hostile] }],
  references: [
    { type: 'WEB', url: 'javascript:window.owned=1' },
    { type: 'WEB', url: `https://example.org/${hostile}` },
  ],
  credits: [{ name: hostile, contact: [`mailto:${hostile}`] }],
}

const quoted = `"${hostile.replaceAll('"', '""')}"`

/** Files by name, each of another format and hostile in its own way. */
export const hostileFiles: Readonly<Record<string, string>> = {
  "owned '><img src=x onerror=alert(1)>.sarif": JSON.stringify(sarif),
  'owned.osv.json': JSON.stringify(osv),
  'owned.md': [
    `# ${hostile}`,
    `Severity: high\nPackage: ${hostile}`,
    `${hostile}\n\nFound by ${hostile}\n`,
  ].join('\n\n'),
  'owned.csv': `Title,Severity,Description,Url\n${quoted},High,${quoted},${quoted}\n`,
}
