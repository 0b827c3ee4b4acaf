/** The rules of the front end, with which the client shares its tools. */
import { commonRules, withoutTypes } from '../../frontend/eslint.common.js'

const NODE = ['console', 'process', 'Headers', 'Response', 'TextEncoder', 'TransformStream']

export default [
  { ignores: ['dist', 'src/frames.gen.ts', 'eslint.config.js'] },
  ...commonRules(import.meta.dirname).flat(),
  {
    files: ['conformance/*.js', 'tests/*.js'],
    ...withoutTypes,
    languageOptions: {
      ...withoutTypes.languageOptions,
      globals: Object.fromEntries(NODE.map((name) => [name, 'readonly'])),
    },
  },
]
