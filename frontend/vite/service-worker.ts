/** Builds `/service-worker.js` with the list of all files of its build, and a name that is their hash. */
import { createHash } from 'node:crypto'
import type { Plugin, Rolldown } from 'vite'

export const SERVICE_WORKER = 'service-worker'

const PAGE = 'index.html'
const PLACEHOLDER = /(["'`])__BUILD__\1/

type Bundle = Rolldown.OutputBundle
type Chunk = Rolldown.OutputChunk

export function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const worker = chunksOf(bundle).find(({ name }) => name === SERVICE_WORKER)
        const entry = chunksOf(bundle).find(({ facadeModuleId }) => facadeModuleId?.endsWith(PAGE))
        const page = bundle[PAGE]
        if (!worker || !entry || page?.type !== 'asset')
          throw new Error('The page or its service worker is missing.')
        if (worker.imports.length > 0) throw new Error('The service worker must be one file.')
        if (!PLACEHOLDER.test(worker.code)) throw new Error('The service worker has no place for its build.')
        const html = page.source.toString()
        const files = [...filesOf(bundle, entry, html)].sort()
        const name = createHash('sha256')
          .update(JSON.stringify([files, html, worker.code]))
          .digest('hex')
        const build = { name: name.slice(0, 16), entry: entry.fileName, files }
        worker.code = worker.code.replace(PLACEHOLDER, () => JSON.stringify(JSON.stringify(build)))
      },
    },
  }
}

function chunksOf(bundle: Bundle): Chunk[] {
  return Object.values(bundle).filter((output) => output.type === 'chunk')
}

/** All scripts and styles of the pages, and the fonts of the first one: other fonts are cached when they are used. */
function filesOf(bundle: Bundle, entry: Chunk, html: string): Set<string> {
  const first = reachable(bundle, entry, ({ imports }) => imports)
  const all = reachable(bundle, entry, ({ imports, dynamicImports }) => [...imports, ...dynamicImports])
  return new Set([
    ...[...html.matchAll(/"\/(assets\/[^"]+)"/g)].map(([, file]) => file ?? ''),
    ...[...all].flatMap(({ fileName, viteMetadata }) => [fileName, ...(viteMetadata?.importedCss ?? [])]),
    ...[...first].flatMap(({ viteMetadata }) => [...(viteMetadata?.importedAssets ?? [])]),
  ])
}

function reachable(bundle: Bundle, start: Chunk, next: (chunk: Chunk) => string[]): Set<Chunk> {
  const found = new Set([start])
  for (const chunk of found) {
    for (const name of next(chunk)) {
      const other = bundle[name]
      if (other?.type === 'chunk') found.add(other)
    }
  }
  return found
}
