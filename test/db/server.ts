/**
 * The address of a PostgreSQL server for tests, as its superuser: given by the environment, as
 * `npm test` does, which starts one for the whole run.
 */
export async function testServer(): Promise<string> {
  const url = process.env['PARLEY_TEST_DATABASE']
  if (!url) throw new Error('PARLEY_TEST_DATABASE is not set: run the tests with "npm test"')
  return url
}
