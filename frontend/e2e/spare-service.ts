/** A second model service, which has a model of the same name as the first one and always gives the same answer. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export const SPARE_ANSWER = 'The spare service answers.'

export interface SpareService {
  url: string
  stop: () => void
}

export async function startSpareService(model: string): Promise<SpareService> {
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.setHeader('Content-Type', 'application/json')
      response.end(JSON.stringify({ object: 'list', data: [{ id: model, object: 'model' }] }))
      return
    }
    const choice = { index: 0, delta: { content: SPARE_ANSWER }, finish_reason: 'stop' }
    response.setHeader('Content-Type', 'text/event-stream')
    response.end(`data: ${JSON.stringify({ choices: [choice] })}\n\ndata: [DONE]\n\n`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/v1`, stop: () => server.close() }
}
