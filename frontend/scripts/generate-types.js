/** Writes the generated types of the pages and of their client from `contract/`; with `--check`, fails where they differ. */
import { readFile, writeFile } from 'node:fs/promises'
import { compile } from 'json-schema-to-typescript'
import openapiTS, { astToString } from 'openapi-typescript'
import * as prettier from 'prettier'

const CONTRACT = new URL('../../contract/', import.meta.url)
const TYPES = new URL('../src/types/', import.meta.url)
const CLIENT = new URL('../../clients/typescript/src/', import.meta.url)
const BANNER = '/** Generated from `contract/` by `make contract`: do not edit. */\n'

async function generateApi() {
  const nodes = await openapiTS(new URL('openapi.json', CONTRACT), { defaultNonNullable: false })
  return astToString(nodes)
}

async function generateFrames() {
  const schema = JSON.parse(await readFile(new URL('frames.schema.json', CONTRACT), 'utf8'))
  return compile(schema, 'AnyFrame', { additionalProperties: false, bannerComment: '', format: false })
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
