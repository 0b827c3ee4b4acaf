/** The rules of the front end: which folder may import which, and where React and storage may be used. */
import { readdirSync } from 'node:fs'
import reactHooks from 'eslint-plugin-react-hooks'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'
import { commonRules } from './eslint.common.js'

/**
 * The layers of `src`, lowest first. A folder imports from lower layers and from itself; folders of one layer never
 * import each other. A folder stands for the files directly in it.
 */
const LAYERS = [
  ['types'],
  ['lib'],
  ['lib/account', 'lib/lists', 'lib/storage', 'lib/text', 'lib/thread'],
  ['lib/browser', 'lib/models', 'lib/outbox'],
  ['i18n', 'diagram-frame', 'service-worker'],
  ['components/ui', 'api', 'stores'],
  ['core'],
  ['core/uploads', 'core/lab'],
  ['core/outbox'],
  ['core/conversation'],
  ['hooks'],
  ['markdown/syntax'],
  ['markdown/code', 'markdown/math', 'markdown/plugins'],
  ['markdown/links', 'markdown/tables'],
  ['markdown/mending', 'markdown/plain-text'],
  ['markdown'],
  ['components/auth', 'components/attachments'],
  ['components/models'],
  ['components/chat/composer'],
  ['components/settings'],
  ['components/palette'],
  ['components/layout'],
  ['components/chat/message'],
  ['components/chat/thread'],
  ['components/chat', 'components/lab'],
  ['pages'],
  ['app'],
]

/** Folders that also run without React, with those in them. */
const WITHOUT_REACT = ['types', 'lib', 'diagram-frame', 'service-worker', 'api', 'core']
const REACT = '^(react|react-dom|react-i18next|react-router|react-hook-form)(/|$)|^@radix-ui/|^radix-ui(/|$)'

const STORAGE = ['localStorage', 'sessionStorage', 'indexedDB']
const STORAGE_RULE = 'Storage may be full or forbidden, and throw: use a module of lib/storage/.'

/** No rule would apply to a folder without a layer. */
function checkLayers() {
  const src = `${import.meta.dirname}/src`
  const withCode = readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map(({ parentPath }) => parentPath.slice(src.length + 1))
    .filter((folder) => folder !== '' && folder !== 'test')
  const listed = LAYERS.flat()
  const unlisted = withCode.filter((folder) => !listed.includes(folder))
  const missing = listed.filter((folder) => !withCode.includes(folder))
  if (unlisted.length > 0) throw new Error(`No layer for: ${unlisted.join(', ')}`)
  if (missing.length > 0) throw new Error(`LAYERS lists folders without code: ${missing.join(', ')}`)
}
checkLayers()

/** Forbids what lies above `folder` or beside it, for static and dynamic imports alike. */
function restrictImports(folder, layer) {
  const forbidden = LAYERS.flatMap((folders, index) =>
    index < layer ? [] : folders.filter((other) => other !== folder),
  )
  const regex = [...forbidden.map((other) => `^@/${other}/[^/]+$`), '^@/(main|test)(/|$)'].join('|')
  const message = `'${folder}' must not import from a layer above it or from another folder of its layer.`
  const react = { regex: REACT, message: `'${folder}' must not import React.` }
  return {
    files: [`src/${folder}/*.{ts,tsx}`],
    ignores: ['src/**/*.test.{ts,tsx}'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex, message },
            { regex: '^\\.\\./', message: 'Import other folders by "@/", so that their layer can be seen.' },
            ...(WITHOUT_REACT.includes(folder.split('/')[0]) ? [react] : []),
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: `ImportExpression[source.value=/${regex.replaceAll('/', '\\/')}|^\\.\\.\\//]`, message },
      ],
    },
  }
}

export default defineConfig(
  globalIgnores(['src/types/*.gen.ts', 'dist', 'coverage', 'playwright-report', 'test-results']),
  commonRules(import.meta.dirname),
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: [...WITHOUT_REACT.map((folder) => `src/${folder}/**`), '!src/**/*.test.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/lib/storage/*', 'src/test/**', 'src/**/*.test.{ts,tsx}'],
    rules: {
      'no-restricted-globals': ['error', ...STORAGE.map((name) => ({ name, message: STORAGE_RULE }))],
      'no-restricted-properties': [
        'error',
        ...['window', 'globalThis', 'self'].flatMap((object) =>
          STORAGE.map((property) => ({ object, property, message: STORAGE_RULE })),
        ),
      ],
    },
  },
  LAYERS.flatMap((folders, layer) => folders.map((folder) => restrictImports(folder, layer))),
  {
    files: ['src/theme.js'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      sourceType: 'script',
      globals: { document: 'readonly', localStorage: 'readonly', matchMedia: 'readonly' },
    },
  },
  {
    files: ['eslint.*.js'],
    extends: [tseslint.configs.disableTypeChecked],
  },
  {
    files: ['scripts/*.js'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
  },
)
