/** Draws diagrams for the embedding page in a sandboxed frame, which cannot access that page. */
import './animation-frames'
import './frame.css'
import mermaid from 'mermaid'
import type { DiagramEvent, DiagramRequest } from '@/lib/diagram-messages'
import { mermaidTheme } from './mermaid-theme'

/** A wide drawing is scaled down to this limit to fit; beyond it, it scrolls. */
const MIN_SCALE = 0.6

const place = document.getElementById('drawing')
let latest: DiagramRequest | null = null

window.addEventListener('message', ({ source, data }: MessageEvent<DiagramRequest>) => {
  if (source !== window.parent) return
  latest = data
  void draw(data).catch(() => report({ kind: 'failed' }))
})
report({ kind: 'ready' })

async function draw(request: DiagramRequest): Promise<void> {
  mermaid.initialize({
    ...mermaidTheme(request.isDark, document.body.clientWidth),
    startOnLoad: false,
    securityLevel: 'strict',
    suppressErrorRendering: true,
  })
  // Mermaid measures text with this font.
  await document.fonts.load("14px 'Inter Variable'")
  const { svg } = await mermaid.render('diagram', request.code)
  if (request !== latest || !place) return
  document.documentElement.style.colorScheme = request.isDark ? 'dark' : 'light'
  place.innerHTML = svg
  // Links must not lead out of the frame.
  for (const link of place.querySelectorAll('a')) link.replaceWith(...link.childNodes)
  const drawing = place.querySelector('svg')
  if (drawing) keepLegible(drawing)
  reportHeight()
}

function keepLegible(drawing: SVGSVGElement): void {
  const width = drawing.viewBox.baseVal.width
  drawing.style.minWidth = `${Math.round(width * MIN_SCALE)}px`
}

new ResizeObserver(reportHeight).observe(document.body)

function reportHeight(): void {
  if (place?.firstChild) report({ kind: 'drawn', height: Math.ceil(place.getBoundingClientRect().height) })
}

function report(event: DiagramEvent): void {
  // Any origin may receive this: it contains only a height.
  window.parent.postMessage(event, '*')
}
