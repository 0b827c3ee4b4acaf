/**
 * Files of the build find each other by relative URLs, so that it works below any path. The page is the exception:
 * a server sends it for many URLs. It has URLs from the root of its host, to which our server adds its path.
 */
import type { Plugin } from 'vite'

const PAGE = 'index.html'

export function pageUrls(): Plugin {
  return {
    name: 'page-urls',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const page = bundle[PAGE]
        if (page?.type !== 'asset') throw new Error('The page is missing.')
        page.source = page.source.toString().replaceAll('="./', '="/')
      },
    },
  }
}
