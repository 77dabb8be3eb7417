import { isEnumType, isInterfaceType, isNonNullType, isObjectType } from 'graphql'
import { expect, test } from 'vitest'
import { partsOfSchema } from '../../src/schema/describe-schema.ts'
import { descriptions } from '../../src/schema/descriptions.ts'
import { buildSchema } from '../../src/schema/schema.ts'

const schema = buildSchema()
const parts = [...partsOfSchema(schema)]

test('every field that can be null says when and why', () => {
  const silent = Object.values(schema.getTypeMap()).flatMap((type) =>
    type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))
      ? []
      : Object.values(type.getFields())
          .filter(({ type, description }) => !isNonNullType(type) && !description)
          .map((field) => `${type.name}.${field.name}`),
  )
  expect(silent).toEqual([])
})

test('every value of an enumeration says what it means', () => {
  const silent = Object.values(schema.getTypeMap()).flatMap((type) =>
    type.name.startsWith('__') || !isEnumType(type)
      ? []
      : type
          .getValues()
          .filter(({ description }) => !description)
          .map((value) => `${type.name}.${value.name}`),
  )
  expect(silent).toEqual([])
})

test('every description of the table is that of a part of the schema', () => {
  const used = new Set(
    parts.flatMap(({ names, part }) => names.filter((name) => part.description === descriptions[name])),
  )
  expect(Object.keys(descriptions).filter((name) => !used.has(name))).toEqual([])
})

test('descriptions are sentences', () => {
  const wrong = parts.flatMap(({ names: [name], part: { description } }) =>
    description && !/^[\p{Lu}"\d‘].*[.!]$|^[a-z]+: .*\.$/su.test(description) ? [`${name}: ${description}`] : [],
  )
  expect(wrong.filter((one) => !/^(Int|Float|String|Boolean|ID)\b/.test(one))).toEqual([])
})
