/** The answers that stream while the page is measured: about 5,000 tokens each. */

const ENGLISH = `## Part NUMBER

A paragraph with **bold words**, *italic ones*, \`inline code\` and a [link](https://example.com), long enough to be broken
over several lines on any screen that people use to read what a model has written for them.

1. The first point, which says something that takes a whole line to be said.
2. The second point
   - with a nested one
   - and another one

| Language | Typed | Since | Remark |
|----------|:-----:|------:|--------|
| Python   | yes   | 1991  | dynamic, with hints |
| Rust     | yes   | 2015  | ownership |
| Lisp     | no    | 1958  | parentheses |

\`\`\`python
def total(values: list[int]) -> int:
    """Add what is even."""
    return sum(value for value in values if value % 2 == 0)
\`\`\`

`

const CHINESE = `## 第 NUMBER 節

這一段有**粗體**、*斜體*、\`程式碼\`和[連結](https://example.com)，長度足以在任何螢幕上換行，讓人讀起來像是模型真的寫給他的文字。

1. 第一點，說明一件需要一整行才說得完的事情。
2. 第二點
   - 裡面還有一點
   - 以及另一點

| 語言 | 型別 | 年份 | 備註 |
|------|:----:|-----:|------|
| Python | 有 | 1991 | 動態，可加註 |
| Rust | 有 | 2015 | 所有權 |

\`\`\`python
def total(values: list[int]) -> int:
    return sum(value for value in values if value % 2 == 0)
\`\`\`

`

/** Counts tokens as the fake model splits them: words with the spaces after them, and single Chinese characters. */
const TOKEN = /[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+\s*|\s+/g
const TOKENS = 5_000

function repeated(part: string): string {
  const parts = Math.ceil(TOKENS / (part.match(TOKEN)?.length ?? 1))
  return Array.from({ length: parts }, (_, index) => part.replace('NUMBER', String(index + 1))).join('')
}

function codeOf(lines: number): string {
  const code = Array.from({ length: lines }, (_, index) => `    value_${index} = compute(${index})\n`)
  return `Here it is:\n\n\`\`\`python\ndef long():\n${code.join('')}\`\`\`\n\nThat is all.\n`
}

export const TEXTS = {
  english: repeated(ENGLISH),
  chinese: repeated(CHINESE),
  code: codeOf(2_000),
}

export function tokenCount(text: string): number {
  return text.match(TOKEN)?.length ?? 0
}
