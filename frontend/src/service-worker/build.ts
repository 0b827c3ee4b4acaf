/** Placeholder that the build replaces (see `vite/service-worker.ts`). */
interface Build {
  /** Differs for each build. */
  name: string
  /** The page's entry script: a page that references it belongs to this build. */
  entry: string
  /** All files of the pages, including those loaded on demand. */
  files: string[]
}

export const build = JSON.parse('__BUILD__') as Build
