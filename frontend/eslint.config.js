import js from '@eslint/js'
import reactHooks from 'eslint-plugin-react-hooks'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

/**
 * The floors of `src`, lowest first. A folder imports from lower floors and from itself; folders that share a
 * floor are strangers to each other.
 */
const FLOORS = [
  ['types'],
  ['lib'],
  ['i18n', 'diagram-frame', 'service-worker'],
  ['components/ui', 'api', 'stores'],
  ['hooks'],
  ['components'],
  ['pages'],
  ['app'],
]

const importPattern = (folder) => (folder === 'components' ? '^@/components/(?!ui/)' : `^@/${folder}(/|$)`)

/** Forbids what lies above `folder` or beside it, for static and dynamic imports alike. */
function holdFloor(folder, floor) {
  const forbidden = FLOORS.flatMap((folders, index) =>
    index < floor ? [] : folders.filter((other) => other !== folder),
  )
  const regex = [...forbidden.map(importPattern), '^@/(main|test)(/|$)'].join('|')
  return {
    files: [`src/${folder}/**/*.{ts,tsx}`],
    ignores: ['src/**/*.test.{ts,tsx}', ...(folder === 'components' ? ['src/components/ui/**'] : [])],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex, message: `'${folder}' must not import from a floor above or beside it.` },
            { regex: '^\\.\\./', message: 'Import other folders by "@/", so that their floor can be seen.' },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        {
          selector: `ImportExpression[source.value=/${regex.replaceAll('/', '\\/')}|^\\.\\.\\//]`,
          message: `'${folder}' must not import from a floor above or beside it.`,
        },
      ],
    },
  }
}

export default defineConfig(
  globalIgnores(['dist', 'coverage', 'playwright-report', 'test-results']),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
  },
  FLOORS.flatMap((folders, floor) => folders.map((folder) => holdFloor(folder, floor))),
  {
    files: ['src/theme.js'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      sourceType: 'script',
      globals: { document: 'readonly', localStorage: 'readonly', matchMedia: 'readonly' },
    },
  },
  {
    files: ['*.config.js'],
    extends: [tseslint.configs.disableTypeChecked],
  },
)
