/** The rules for all TypeScript of this repository. */
import js from '@eslint/js'
import regexp from 'eslint-plugin-regexp'
import tseslint from 'typescript-eslint'

/** For programs in JavaScript. */
export const withoutTypes = tseslint.configs.disableTypeChecked

/** Returns the rules for the sources in `folder`, whose `tsconfig.json` names their types. */
export function commonRules(folder) {
  return [
    js.configs.recommended,
    tseslint.configs.strictTypeChecked,
    tseslint.configs.stylisticTypeChecked,
    {
      languageOptions: {
        parserOptions: { projectService: true, tsconfigRootDir: folder },
      },
      linterOptions: { reportUnusedDisableDirectives: 'error' },
      plugins: { regexp },
      rules: {
        // Text from a model is hostile: an expression that backtracks freezes the page.
        'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
        'regexp/no-super-linear-move': ['error', { report: 'potential', ignoreSticky: true }],
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
      files: ['**/*.test.{ts,tsx}'],
      rules: {
        'no-restricted-properties': [
          'error',
          ...['mock', 'doMock'].map((property) => ({
            object: 'vi',
            property,
            message: 'Test files share a process, in which the module would stay replaced.',
          })),
        ],
      },
    },
  ]
}
