import { isSchema, membersOf, type Schema } from './open-api.ts'

/** The name under which a component is a type: `Case` is `CaseWire`. */
export const typeName = (component: string): string => {
  const plain = component.replace(/[^A-Za-z0-9]/g, '')
  return `${plain.slice(0, 1).toUpperCase()}${plain.slice(1)}Wire`
}

/** The TypeScript type of the values that a JSON Schema takes. */
export function typeText(schema: Schema | undefined, indent = ''): string {
  if (schema === undefined) return 'unknown'
  const { $ref, const: constant, enum: values, type } = schema
  if (typeof $ref === 'string') return typeName($ref.split('/').at(-1) ?? '')
  if (constant !== undefined) return JSON.stringify(constant)
  if (isList(values)) return united(values.map((value) => JSON.stringify(value)))
  const { oneOf, anyOf, allOf } = schema
  const union = isList(oneOf) ? oneOf : isList(anyOf) ? anyOf : null
  if (union !== null) return united(union.filter(isSchema).map((one) => typeText(one, indent)))
  if (isList(allOf))
    return allOf
      .filter(isSchema)
      .map((one) => typeText(one, indent))
      .join(' & ')
  if (isList(type)) return united(type.map((one) => typeText({ ...schema, type: one }, indent)))
  return plainType(schema, indent)
}

function plainType(schema: Schema, indent: string): string {
  switch (schema['type']) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema['type']
    case 'number':
    case 'integer':
      return 'number'
    case 'array':
      return arrayType(schema, indent)
    case 'object':
      return objectType(schema, indent)
    default:
      return 'unknown'
  }
}

function arrayType({ prefixItems, items }: Schema, indent: string): string {
  if (isList(prefixItems)) {
    return `readonly [${prefixItems.map((one) => typeText(asSchema(one), indent)).join(', ')}]`
  }
  const element = typeText(asSchema(items), indent)
  return /^\w+$/.test(element) ? `readonly ${element}[]` : `ReadonlyArray<${element}>`
}

function objectType(schema: Schema, indent: string): string {
  const members = Object.entries(membersOf(schema))
  const { additionalProperties: further, required } = schema
  if (members.length === 0) {
    const value = isSchema(further) ? typeText(further, indent) : 'unknown'
    return further === false ? 'Record<string, never>' : `{ readonly [name: string]: ${value} }`
  }
  const needed = new Set(isList(required) ? required : [])
  const inner = `${indent}  `
  const lines = members.map(([name, member]) => {
    const mark = needed.has(name) ? '' : '?'
    const { description } = member
    const says = typeof description === 'string' ? `${inner}/** ${comment(description)} */\n` : ''
    return `${says}${inner}readonly ${key(name)}${mark}: ${typeText(member, inner)}\n`
  })
  return `{\n${lines.join('')}${indent}}`
}

/** A text that cannot end the comment it stands in. */
export const comment = (text: string): string => text.replace(/\s+/g, ' ').replaceAll('*/', '* /')

export const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name))

export const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`

const united = (types: readonly string[]): string => [...new Set(types)].join(' | ')

type Value = Schema[string] | undefined

const isList = (value: Value): value is Extract<Value, readonly unknown[]> => Array.isArray(value)

const asSchema = (value: Value): Schema | undefined => (isSchema(value) ? value : undefined)
