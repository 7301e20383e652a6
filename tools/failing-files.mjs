/** A reporter of the test runner: the path of each file in which a test failed, once, on a line. */
// biome-ignore lint/style/noDefaultExport: the runner takes the default export of a reporter.
export default async function* failingFiles(source) {
  const told = new Set()
  for await (const { type, data } of source) {
    // A file that ended by itself is a test of that name.
    const file =
      type === 'test:fail' && data.todo === undefined ? (data.file ?? data.name) : undefined
    if (file === undefined || told.has(file)) continue
    told.add(file)
    yield `${file}\n`
  }
}
