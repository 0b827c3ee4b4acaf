/** The rules of the front end, with which the client shares its tools. */
import { commonRules, withoutTypes } from '../../frontend/eslint.common.js'

export default [
  { ignores: ['dist', 'src/frames.gen.ts', 'eslint.config.js'] },
  ...commonRules(import.meta.dirname).flat(),
  {
    files: ['conformance/*.js'],
    ...withoutTypes,
    languageOptions: { ...withoutTypes.languageOptions, globals: { process: 'readonly' } },
  },
]
