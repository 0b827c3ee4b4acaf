// @vitest-environment node
import { expect, test } from 'vitest'
import { codeLanguageOf } from '@/markdown/code/code-language'

test.each([
  ['js', 'javascript', 'JavaScript'],
  ['C++', 'cpp', 'C++'],
  ['xml', 'markup', 'XML'],
  ['html', 'markup', 'HTML'],
  ['brainfuck', null, 'brainfuck'],
  ['', null, ''],
])('a code block named %j is highlighted as %s and labelled %j', (name, language, label) => {
  expect(codeLanguageOf(name)).toEqual({ language, label })
})
