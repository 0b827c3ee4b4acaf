/**
 * Browsers draw no frames for what is out of sight, and Mermaid waits for them: a diagram would be drawn only when it is
 * looked at, and push away what is being read.
 */
const waiting: FrameRequestCallback[] = []
const channel = new MessageChannel()

channel.port1.onmessage = () => waiting.shift()?.(performance.now())

window.requestAnimationFrame = (callback) => {
  channel.port2.postMessage(null)
  return waiting.push(callback)
}
