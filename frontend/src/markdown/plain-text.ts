/** Converts Markdown to plain text: removes the markup and keeps the lines. Code stays as it is. */
const FENCE = /^\s*(`{3,}|~{3,})/
const DELIMITER_ROW = /^\s*\|?(?:\s*:?-{1,}:?\s*\|)+\s*(?::?-{1,}:?\s*)?$/

export function markdownToText(markdown: string): string {
  const lines: string[] = []
  let fence: string | null = null
  for (const line of markdown.split('\n')) {
    const mark = FENCE.exec(line)?.[1]
    if (fence !== null) {
      if (mark?.startsWith(fence)) fence = null
      else lines.push(line)
    } else if (mark !== undefined) {
      fence = mark
    } else if (!DELIMITER_ROW.test(line)) {
      lines.push(lineToText(line))
    }
  }
  return lines.join('\n').trim()
}

function lineToText(line: string): string {
  const bare = line.replace(/^(\s*)(?:#{1,6}\s+|(?:>\s?)+)/, '$1')
  if (/^\s*\|.*\|\s*$/.test(bare)) return cells(bare).map(spanToText).join('\t')
  return spanToText(bare)
}

function cells(row: string): string[] {
  return row
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim())
}

/** Text in `code` stays as it is; the rest loses its markup. */
function spanToText(text: string): string {
  return text
    .split(/(`+[^`]+`+)/)
    .map((part) => (part.startsWith('`') ? part.replace(/^`+|`+$/g, '') : withoutMarks(part)))
    .join('')
}

function withoutMarks(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)/g, '$1')
    .replace(/(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1/g, '$2')
    .replace(/(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])/g, '$1')
    .replace(/(?<![\w_])_(?=\S)([^_]+?)(?<=\S)_(?![\w_])/g, '$1')
    .replace(/\\([\\`*_{}[\]()#+\-.!|>~])/g, '$1')
}
