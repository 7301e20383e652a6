import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { testServer } from '../db/server.ts'

/** A database that somebody gave, with a login of its own that may make roles. */
export type OwnDatabase = { readonly url: string; readonly drop: () => Promise<void> }

async function asSuperuser(...queries: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: await testServer() })
  await client.connect()
  try {
    for (const query of queries) await client.query(query)
  } finally {
    await client.end()
  }
}

/** Makes one on the server of the tests; its name begins with that word. */
export async function ownDatabase(word: string): Promise<OwnDatabase> {
  const name = `${word}_${randomBytes(5).toString('hex')}`
  const password = randomBytes(9).toString('hex')
  const group = 'parley_app, parley_queue, parley_keeper'
  await asSuperuser(
    `create role ${name} login password '${password}' createrole`,
    `create database ${name} owner ${name} encoding utf8 template template0`,
  )
  const own = new URL(await testServer())
  Object.assign(own, { username: name, password, pathname: `/${name}` })
  // The roles of Parley may be there from another database, made by somebody else.
  await asSuperuser(`grant ${group} to ${name} with admin option`).catch(() => undefined)
  const drop = async (): Promise<void> => {
    await asSuperuser(`drop database if exists ${name} with (force)`)
    for (const role of [`${name}_login_app`, `${name}_login_queue`, name]) {
      await asSuperuser(`drop role if exists ${role}`)
    }
  }
  return { url: own.href, drop }
}
