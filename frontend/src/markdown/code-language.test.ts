// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { codeLanguageOf } from '@/markdown/code-language'

describe('a code block', () => {
  test.each([
    ['js', 'javascript', 'JavaScript'],
    ['C++', 'cpp', 'C++'],
    ['xml', 'markup', 'XML'],
    ['html', 'markup', 'HTML'],
    ['brainfuck', null, 'brainfuck'],
    ['', null, ''],
  ])('named %j is %s, called %j', (name, language, label) => {
    expect(codeLanguageOf(name)).toEqual({ language, label })
  })
})
