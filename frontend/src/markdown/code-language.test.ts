// @vitest-environment node
import { describe, expect, test } from 'vitest'
import { codeLanguageOf } from '@/markdown/code-language'

describe('the language of a code block', () => {
  test.each([
    ['js', 'javascript', 'JavaScript'],
    ['C++', 'cpp', 'C++'],
    ['xml', 'markup', 'XML'],
    ['html', 'markup', 'HTML'],
    ['brainfuck', null, 'brainfuck'],
    ['', null, ''],
  ])('with the name %j is %s, with the label %j', (name, language, label) => {
    expect(codeLanguageOf(name)).toEqual({ language, label })
  })
})
