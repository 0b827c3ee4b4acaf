/**
 * Compresses immutable files at build time, at a higher quality than a server could afford per request.
 * Decision 28 (docs/decisions/0028-files-are-compressed-by-a-small-plug-in.md) says why no library does this.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin, ResolvedConfig } from 'vite'

const COMPRESSIBLE = /\.(js|css|svg|ttf)$/
/** Smaller files fit in one packet without compression. */
const MIN_BYTES = 1_400
/** The highest quality takes ten times as long and saves only 1 % more. */
const BROTLI_QUALITY = 9

const toGzip = promisify(gzip)
const toBrotli = promisify(brotliCompress)

export function compression(): Plugin {
  let config: ResolvedConfig
  return {
    name: 'compression',
    apply: 'build',
    configResolved(resolved) {
      config = resolved
    },
    async closeBundle() {
      const folder = resolve(config.root, config.build.outDir, config.build.assetsDir)
      const names = (await readdir(folder)).filter((name) => COMPRESSIBLE.test(name))
      await Promise.all(names.map((name) => compress(join(folder, name))))
    },
  }
}

async function compress(path: string): Promise<void> {
  const content = await readFile(path)
  if (content.length < MIN_BYTES) return
  const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY }
  await Promise.all([
    writeFile(`${path}.gz`, await toGzip(content, { level: 9 })),
    writeFile(`${path}.br`, await toBrotli(content, { params })),
  ])
}
