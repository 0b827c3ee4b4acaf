/** Puts a hash of its content into the name of the script that runs before the first paint. */
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

const SOURCE = 'src/theme.js'
const PAGE = 'index.html'

export function themeScript(): Plugin {
  let reference = ''
  return {
    name: 'theme-script',
    apply: 'build',
    buildStart() {
      reference = this.emitFile({ type: 'asset', name: 'theme.js', source: readFileSync(SOURCE, 'utf8') })
    },
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const page = bundle[PAGE]
        if (page?.type !== 'asset') throw new Error('The page is missing.')
        page.source = page.source.toString().replace(SOURCE, this.getFileName(reference))
      },
    },
  }
}
