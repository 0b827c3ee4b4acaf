/**
 * Replaces `requestAnimationFrame`. Browsers run no animation frames in a hidden frame, and Mermaid waits for them: a
 * diagram would be drawn only once the user sees it, and move the text they read.
 */
const waiting: FrameRequestCallback[] = []
const channel = new MessageChannel()

channel.port1.onmessage = () => waiting.shift()?.(performance.now())

window.requestAnimationFrame = (callback) => {
  channel.port2.postMessage(null)
  return waiting.push(callback)
}
