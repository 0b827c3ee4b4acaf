/** Renders Markdown, in a separate chunk. Never loads anything from other sites. */
import { Image } from 'lucide-react'
import {
  type ComponentProps,
  createContext,
  isValidElement,
  lazy,
  type ReactNode,
  Suspense,
  useContext,
  useId,
  useState,
} from 'react'
import { useTranslation } from 'react-i18next'
import ReactMarkdown, { type Components, defaultUrlTransform, type Options } from 'react-markdown'
import remarkBreaks from 'remark-breaks'
import remarkGfm from 'remark-gfm'
import { endUrls } from '@/markdown/links/urls'
import { remarkAlerts } from '@/markdown/plugins/alerts'
import { remarkAllowedHtml } from '@/markdown/plugins/allowed-html'
import { rehypeDirection } from '@/markdown/plugins/direction'
import { remarkEmphasis } from '@/markdown/plugins/emphasis-syntax'
import { CodeBlock } from '@/markdown/code/code-block'
import { ErrorBoundary } from '@/components/ui/error-boundary'
import { fencedCode } from '@/markdown/syntax/markdown-blocks'
import { type Outline, rehypeOutline } from '@/markdown/plugins/outline'
import { Quotation } from '@/markdown/quotation'

const Diagram = lazy(() => import('@/markdown/code/diagram'))

type Plugins = NonNullable<Options['remarkPlugins']>

export interface MarkdownProps {
  text: string
  isBeingWritten: boolean
  /** The headings of the blocks before. */
  outline?: Outline
  /** Plugins and components for more than GitHub's Markdown. */
  plugins?: Plugins
  components?: Components
}

/** GitHub's Markdown with the line breaks of its comments, and marks that may touch the punctuation of all scripts. */
const GFM: Plugins = [[remarkGfm, { singleTilde: false }], remarkEmphasis, remarkAlerts, remarkBreaks]
const NONE: Plugins = []
const BeingWritten = createContext(false)
const InLink = createContext(false)

const components: Components = {
  a: Link,
  h2: Heading,
  img: ImageLink,
  table: Table,
  input: TaskBox,
  blockquote: Quotation,
  pre: Code,
  code: InlineCode,
  details: Details,
}

export default function Markdown({
  text,
  isBeingWritten,
  outline = '',
  plugins = NONE,
  ...props
}: MarkdownProps) {
  const id = useId()
  const { t } = useTranslation()
  // Otherwise each new line would parse long code again. The element stays the same when the fence is closed.
  const fence = fencedCode(text)
  return (
    <div className="prose">
      <BeingWritten value={isBeingWritten}>
        {fence ? (
          <FencedCode {...fence} />
        ) : (
          <ReactMarkdown
            remarkPlugins={[...GFM, [remarkAllowedHtml, { isBeingWritten }], ...plugins]}
            rehypePlugins={[rehypeDirection, [rehypeOutline, { before: outline }]]}
            // Each message has its own notes.
            remarkRehypeOptions={{ clobberPrefix: `note-${id}-`, footnoteLabel: t('markdown.footnotes') }}
            urlTransform={allowedUrl}
            components={{ ...components, ...props.components }}
          >
            {endUrls(text)}
          </ReactMarkdown>
        )}
      </BeingWritten>
    </div>
  )
}

export function InlineCode({ className, children, dir }: ComponentProps<'code'>) {
  return (
    <code className={className} dir={dir} translate="no">
      {children}
    </code>
  )
}

/** Without the id of the heading above notes, which all messages with notes would share. */
function Heading({ children, className, dir, 'aria-level': level }: ComponentProps<'h2'>) {
  return (
    <h2 className={className} dir={dir} aria-level={level}>
      {children}
    </h2>
  )
}

function Link({ href, children, id, dir }: ComponentProps<'a'>) {
  if (!href) return children
  if (href.startsWith('#')) {
    return (
      <a href={href} id={id}>
        {children}
      </a>
    )
  }
  return (
    // On paper, the URL follows a text that differs from it.
    <a
      href={href}
      dir={dir}
      data-url={isShownIn(children, href) ? undefined : readableUrl(href)}
      target="_blank"
      rel="noopener noreferrer nofollow"
    >
      <InLink value>{children}</InLink>
    </a>
  )
}

/** The URL if its scheme is allowed; otherwise an empty one. The parser encodes the brackets of an IPv6 host. */
function allowedUrl(url: string): string {
  return defaultUrlTransform(url).replace(/^(https?:\/\/)%5B([\da-f:.]+)%5D/i, '$1[$2]')
}

/** The URL with the letters that it encodes. */
function readableUrl(href: string): string {
  try {
    return decodeURI(href)
  } catch {
    return href
  }
}

function isShownIn(text: ReactNode, href: string): boolean {
  const url = readableUrl(href)
  return typeof text === 'string' && [href, url, url.replace(/^(?:http:\/\/|mailto:)/, '')].includes(text)
}

/** A link instead of a remote image, which could leak that it was seen, and text of the chat in its URL. */
function ImageLink({ src, alt }: ComponentProps<'img'>) {
  const { t } = useTranslation()
  const label = alt ? t('markdown.image', { alt }) : t('markdown.imageNoAlt')
  const isInLink = useContext(InLink)
  if (isInLink || typeof src !== 'string' || src === '') return label
  return (
    <a href={src} data-url={readableUrl(src)} target="_blank" rel="noopener noreferrer nofollow">
      <Image aria-hidden className="mr-1 inline size-4 align-[-0.15em]" />
      {label}
    </a>
  )
}

function Table({ children, dir }: ComponentProps<'table'>) {
  const { t } = useTranslation()
  return (
    // No landmark: an answer may have many tables.
    <div
      role="group"
      aria-label={t('markdown.table')}
      tabIndex={0}
      className="overflow-x-auto rounded-xl border border-line -outline-offset-2"
    >
      <table dir={dir}>{children}</table>
    </div>
  )
}

/** The checkbox of a task list; Markdown produces no other input. */
function TaskBox({ checked }: ComponentProps<'input'>) {
  const { t } = useTranslation()
  return (
    <input
      type="checkbox"
      checked={checked ?? false}
      disabled
      aria-label={checked ? t('markdown.done') : t('markdown.open')}
    />
  )
}

/** A details element that is being written stays open, so that it can be read. */
function Details({ open = false, children }: ComponentProps<'details'>) {
  const isBeingWritten = useContext(BeingWritten)
  const [isOpenAtFirst] = useState(open || isBeingWritten)
  return <details open={isOpenAtFirst}>{children}</details>
}

export function Code({ children }: ComponentProps<'pre'>) {
  return <FencedCode {...codeOf(children)} />
}

function FencedCode({ code, name }: { code: string; name: string }) {
  const isBeingWritten = useContext(BeingWritten)
  const plain = <CodeBlock code={code} name={name} />
  if (isBeingWritten || name.toLowerCase() !== 'mermaid') return plain
  return (
    <ErrorBoundary fallback={plain}>
      <Suspense fallback={plain}>
        <Diagram code={code} />
      </Suspense>
    </ErrorBoundary>
  )
}

function codeOf(children: ReactNode): { code: string; name: string } {
  if (!isValidElement<{ className?: string; children?: unknown }>(children)) return { code: '', name: '' }
  const { className, children: text } = children.props
  return {
    code: typeof text === 'string' ? text.replace(/\n$/, '') : '',
    name: /language-(\S+)/.exec(className ?? '')?.[1] ?? '',
  }
}
