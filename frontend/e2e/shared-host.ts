/** One host with two servers: one at its root, the other below `BASE_PATH`. */
import { onwardTo, RefusingProxy } from './refusing-proxy'

export const BASE_PATH = '/team/chat'

const below = new URL(process.env['E2E_BELOW_PATH_URL'] ?? 'http://127.0.0.1:8002')

/** A proxy that passes requests below the path on, without the path if it `strips`. */
export function sharedHost(strips: boolean): RefusingProxy {
  const proxy = new RefusingProxy((incoming) => {
    const onward = onwardTo(incoming)
    const { url = '' } = incoming
    if (!url.startsWith(`${BASE_PATH}/`)) return onward
    return { ...onward, port: below.port, path: strips ? url.slice(BASE_PATH.length) : url }
  })
  proxy.isRefusing = false
  return proxy
}
