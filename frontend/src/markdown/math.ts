/**
 * Formulas in a model's Markdown. Models write `\(x\)`, `\[x\]`, `$x$` and `$$x$$`; all become the one form that the
 * Markdown parser is configured for. Prices are not formulas, and neither is anything in code.
 */
const CODE = /(^ {0,3}(`{3,}|~{3,})[\s\S]*?(?:^ {0,3}\2[`~]*\s*$|$(?![\s\S])))|(`+)(?:(?!\3)[\s\S])+?\3(?!`)/m
/** Pandoc's rule: no space just inside the dollar signs, no digit after them. */
const INLINE = /(?<![\\$])\$(?![\s$])((?:\\.|[^$\\\n])+?)(?<!\s)\$(?![\d$])/g
const FORMULA = /(?<!\\)\$\$/
const HINT = /\$|\\\(|\\\[/

export function hasMath(markdown: string): boolean {
  return HINT.test(markdown) && toParts(markdown).some((part) => !isCode(part) && FORMULA.test(mathOf(part)))
}

/** Puts each formula between double dollar signs; an unfinished one stays text. */
export function normalizeMath(markdown: string): string {
  return toParts(markdown).map(mathOf).join('')
}

/** Splits into code and the text between; code is recognised by its first character. */
function toParts(markdown: string): string[] {
  const parts: string[] = []
  let rest = markdown
  for (let match = CODE.exec(rest); match; match = CODE.exec(rest)) {
    parts.push(rest.slice(0, match.index), match[0])
    rest = rest.slice(match.index + match[0].length)
  }
  return [...parts, rest].filter((part) => part !== '')
}

function isCode(part: string): boolean {
  return /^ {0,3}(?:`|~~~)/.test(part)
}

function mathOf(part: string): string {
  if (isCode(part)) return part
  return escapeOpen(
    part
      .replace(/\\\[([\s\S]+?)\\\]/g, (_, formula: string) => `\n$$\n${formula.trim()}\n$$\n`)
      .replace(/\\\(([\s\S]+?)\\\)/g, (_, formula: string) => `$$${formula.trim()}$$`)
      .replace(INLINE, (_, formula: string) => `$$${formula}$$`),
  )
}

/** Unclosed double dollar signs would turn all following text into a formula. */
function escapeOpen(text: string): string {
  const pieces = text.split('$$')
  if (pieces.length % 2 === 1) return text
  const last = pieces.pop() ?? ''
  return `${pieces.join('$$')}\\$\\$${last}`
}
