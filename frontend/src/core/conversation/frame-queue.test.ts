/** Tests what a user notices: when items appear, and how long the page is blocked. */
import { beforeEach, expect, test, vi } from 'vitest'
import { FrameQueue } from '@/core/conversation/frame-queue'

interface Render {
  items: number[]
  from: number
  to: number
}

/** The time that each item takes to render, in milliseconds. */
let cost = 0
let spent = 0
let renders: Render[] = []
let queue: FrameQueue<number>
let arrived = 0

beforeEach(() => {
  vi.useFakeTimers()
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() + spent)
  cost = spent = arrived = 0
  renders = []
  queue = new FrameQueue((items) => {
    const from = performance.now()
    spent += items.length * cost
    renders.push({ items, from, to: performance.now() })
  })
})

function arrive(count: number): void {
  for (let index = 0; index < count; index += 1) {
    queue.push(arrived)
    arrived += 1
  }
}

const wait = (milliseconds: number) => vi.advanceTimersByTime(milliseconds)
const shown = () => renders.flatMap(({ items }) => items)
const all = () => Array.from({ length: arrived }, (_, index) => index)
/** How long the page was free after each render but the last. */
const rests = () => renders.slice(1).map(({ from }, index) => from - (renders[index]?.to ?? 0))

test('items that arrive between two paints appear together, with the next paint', () => {
  arrive(300)
  expect(shown()).toEqual([])
  vi.advanceTimersToNextFrame()
  expect(shown()).toEqual(all())
  expect(renders).toHaveLength(1)
})

test('all items appear, in their order, however long each takes to draw', () => {
  cost = 20
  arrive(50)
  wait(50)
  arrive(120)
  wait(10_000)
  expect(shown()).toEqual(all())
})

test('once it is known how slow drawing is, no render keeps the page from input for long', () => {
  cost = 2
  arrive(100)
  wait(50)
  arrive(70)
  wait(1_000)
  expect(shown()).toEqual(all())
  expect(Math.max(...renders.slice(1).map(({ from, to }) => to - from))).toBeLessThanOrEqual(50)
})

test('items that arrive faster than they can be drawn do not pile up', () => {
  cost = 20
  for (let second = 0; second < 60; second += 1) {
    arrive(200)
    wait(1_000)
  }
  expect(arrived - shown().length).toBeLessThan(2_000)
})

test('all waiting items appear soon after drawing has become fast', () => {
  cost = 4
  arrive(100)
  wait(50)
  cost = 0
  arrive(1_000)
  wait(500)
  expect(shown()).toEqual(all())
})

test('between two long renders the page is free for input', () => {
  cost = 1
  arrive(400)
  vi.advanceTimersToNextFrame()
  // The queue measures a render after its frame.
  wait(1)
  arrive(1)
  wait(1_000)
  expect(shown()).toEqual(all())
  expect(Math.min(...rests())).toBeGreaterThan(100)
})

test('even after the longest renders the text pauses for little more than a second', () => {
  cost = 100
  arrive(100)
  wait(50)
  arrive(1)
  wait(1_500)
  expect(shown()).toEqual(all())
})

test('a flush shows the waiting items at once, and only once', () => {
  cost = 10
  arrive(100)
  wait(50)
  arrive(40)
  queue.flush()
  expect(shown()).toEqual(all())
  wait(5_000)
  expect(shown()).toEqual(all())
})

test('a hidden page, which paints nothing, shows all items within a second', () => {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
  arrive(100)
  wait(1_000)
  expect(shown()).toEqual(all())
})

test('a hidden page shows all items at once, however slow drawing is', () => {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
  cost = 10
  arrive(100)
  wait(2_000)
  arrive(60)
  wait(2_000)
  expect(renders.map(({ items }) => items.length)).toEqual([100, 60])
})
