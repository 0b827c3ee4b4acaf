/** The languages that can be highlighted, by the names used after a fence. */

const NAMES = {
  bash: ['Bash', 'bash', 'sh', 'shell', 'zsh', 'console', 'shellsession'],
  c: ['C', 'c', 'h'],
  cpp: ['C++', 'cpp', 'c++', 'cc', 'hpp'],
  csharp: ['C#', 'csharp', 'c#', 'cs', 'dotnet'],
  css: ['CSS', 'css'],
  diff: ['Diff', 'diff', 'patch'],
  docker: ['Dockerfile', 'docker', 'dockerfile'],
  go: ['Go', 'go', 'golang'],
  ini: ['INI', 'ini', 'env', 'dotenv', 'conf'],
  java: ['Java', 'java'],
  javascript: ['JavaScript', 'javascript', 'js', 'mjs', 'cjs', 'node'],
  json: ['JSON', 'json', 'jsonc', 'json5', 'jsonl'],
  jsx: ['JSX', 'jsx'],
  kotlin: ['Kotlin', 'kotlin', 'kt'],
  makefile: ['Makefile', 'makefile', 'make'],
  markdown: ['Markdown', 'markdown', 'md'],
  markup: ['HTML', 'markup', 'html', 'xml', 'svg', 'xhtml'],
  php: ['PHP', 'php'],
  python: ['Python', 'python', 'py', 'python3'],
  ruby: ['Ruby', 'ruby', 'rb'],
  rust: ['Rust', 'rust', 'rs'],
  scss: ['SCSS', 'scss'],
  sql: ['SQL', 'sql', 'postgresql', 'postgres', 'mysql', 'sqlite'],
  swift: ['Swift', 'swift'],
  toml: ['TOML', 'toml'],
  tsx: ['TSX', 'tsx'],
  typescript: ['TypeScript', 'typescript', 'ts', 'mts', 'cts'],
  yaml: ['YAML', 'yaml', 'yml'],
} as const satisfies Record<string, readonly [label: string, ...names: string[]]>

export type CodeLanguage = keyof typeof NAMES

const BY_NAME = new Map(
  Object.entries(NAMES).flatMap(([language, [, ...names]]) =>
    names.map((name) => [name as string, language as CodeLanguage] as const),
  ),
)

/** The language to highlight, if known, and its label on screen (empty if the fence names none). */
export function codeLanguageOf(name: string): { language: CodeLanguage | null; label: string } {
  const language = BY_NAME.get(name.toLowerCase()) ?? null
  if (!language) return { language, label: name }
  const isXml = language === 'markup' && !/^(html|markup|xhtml)$/i.test(name)
  return { language, label: isXml ? name.toUpperCase() : NAMES[language][0] }
}
