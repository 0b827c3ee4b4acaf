/** Writes the generated types of the pages and of their client from `contract/`; with `--check`, fails where they differ. */
import { readFile, writeFile } from 'node:fs/promises'
import { compile } from 'json-schema-to-typescript'
import * as prettier from 'prettier'

const CONTRACT = new URL('../../contract/', import.meta.url)
const TYPES = new URL('../src/types/', import.meta.url)
const CLIENT = new URL('../../clients/typescript/src/', import.meta.url)
const BANNER = '/** Generated from `contract/` by `make contract`: do not edit. */\n'
const COMPILER_OPTIONS = { additionalProperties: false, bannerComment: '', format: false }

async function readContract(name, reviver) {
  return JSON.parse(await readFile(new URL(name, CONTRACT), 'utf8'), reviver)
}

async function generateApi() {
  // The compiler would name a type after every title.
  const withoutTitles = (key, value) => (key === 'title' && typeof value === 'string' ? undefined : value)
  const { components } = await readContract('openapi.json', withoutTitles)
  const anyOf = Object.keys(components.schemas).map((name) => ({ $ref: `#/components/schemas/${name}` }))
  return compile({ anyOf, components }, 'AnySchema', COMPILER_OPTIONS)
}

async function generateFrames() {
  return compile(await readContract('frames.schema.json'), 'AnyFrame', COMPILER_OPTIONS)
}

const isCheck = process.argv.includes('--check')
for (const [file, generate] of [
  [new URL('api.gen.ts', TYPES), generateApi],
  [new URL('frames.gen.ts', CLIENT), generateFrames],
]) {
  const options = await prettier.resolveConfig(file)
  const text = await prettier.format(BANNER + (await generate()), { ...options, parser: 'typescript' })
  if (!isCheck) await writeFile(file, text)
  else if (text !== (await readFile(file, 'utf8').catch(() => ''))) {
    console.error(`${file.pathname} is out of date: run \`make contract\` and commit it.`)
    process.exitCode = 1
  }
}
