// @vitest-environment node
import { expect, test } from 'vitest'
import golden from '../../../contract/golden/event-streams.json' with { type: 'json' }
import { EventSplitter, readEvents, type ServerEvent } from './event-stream.js'

function eventOf({ frame, close }: { frame?: string; ping?: boolean; close?: number }): ServerEvent {
  if (close !== undefined) return { type: 'close', data: JSON.stringify({ code: close }) }
  return frame === undefined ? { type: 'comment', data: '' } : { type: 'message', data: frame }
}

test.each(golden)('parses the golden stream $name', ({ sends, text }) => {
  expect(new EventSplitter().push(text)).toEqual(sends.map(eventOf))
})

test.each([
  ['data: {"a":1}\n\n', [{ type: 'message', data: '{"a":1}' }]],
  ['event: close\ndata: {"code":4001}\n\n', [{ type: 'close', data: '{"code":4001}' }]],
  [': ping\n\ndata: x', [{ type: 'comment', data: '' }]],
  ['data: a: b\n\ndata:c\n\n', ['a: b', 'c'].map((data) => ({ type: 'message', data }))],
  ['', []],
  ['data: a\r\ndata: b\r\n\r\n', [{ type: 'message', data: 'a\nb' }]],
  [
    ': ping\r\revent: close\rdata: a\rdata: b\r\r',
    [
      { type: 'comment', data: '' },
      { type: 'close', data: 'a\nb' },
    ],
  ],
  ['data: a\r\n\ndata: b\n\r\ndata: c\r\n\r', ['a', 'b', 'c'].map((data) => ({ type: 'message', data }))],
  ['id: 1\nretry: 5\n\nevent: new\ndata: a\n\ndata: x\r', [{ type: 'new', data: 'a' }]],
])('splits %j into events, whole or one character at a time', (text, events) => {
  expect(new EventSplitter().push(text)).toEqual(events)
  const splitter = new EventSplitter()
  expect(Array.from(text).flatMap((character) => splitter.push(character))).toEqual(events)
})

test('events are parsed whole wherever the chunks cut them or their characters', async () => {
  const text = new TextEncoder().encode('data: 你好 😀\n\n: ping\n\nevent: close\ndata: 字\n\n')
  for (let size = 1; size < 8; size += 1) {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < text.length; at += size) controller.enqueue(text.slice(at, at + size))
        controller.close()
      },
    })
    const events = []
    for await (const event of readEvents(body)) events.push(event)
    expect(events).toEqual([
      { type: 'message', data: '你好 😀' },
      { type: 'comment', data: '' },
      { type: 'close', data: '字' },
    ])
  }
})
