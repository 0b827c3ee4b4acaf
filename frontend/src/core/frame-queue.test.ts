import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FrameQueue } from '@/core/frame-queue'

/** The time that each item takes to render, in milliseconds. */
let cost = 0
let spent = 0
let taken: number[][] = []
let queue: FrameQueue<number>
let pushed = 0

beforeEach(() => {
  vi.useFakeTimers()
  const now = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => now() + spent)
  cost = spent = pushed = 0
  taken = []
  queue = new FrameQueue((items) => {
    spent += items.length * cost
    taken.push(items)
  })
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

function push(count: number): void {
  for (let index = 0; index < count; index += 1) {
    queue.push(pushed)
    pushed += 1
  }
}

/** The first render, whose cost is unknown. */
function drawFirst(count: number): void {
  push(count)
  vi.advanceTimersByTime(50)
}

const sizes = () => taken.map(({ length }) => length)

test('all items that arrive between two paints are taken with the next', () => {
  push(3)
  expect(sizes()).toEqual([])
  vi.advanceTimersToNextFrame()
  expect(sizes()).toEqual([3])
  push(500)
  vi.advanceTimersByTime(100)
  expect(sizes()).toEqual([3, 500])
})

test('slow renders take only as many items as they have time for', () => {
  cost = 2
  drawFirst(100)
  expect(sizes()).toEqual([100])
  push(70)
  vi.advanceTimersByTime(1_000)
  expect(sizes()).toEqual([100, 20, 20, 20, 10])
  expect(taken.flat()).toEqual(Array.from({ length: 170 }, (_, index) => index))
})

test('even slow renders take a minimum number of items', () => {
  cost = 20
  drawFirst(50)
  push(30)
  vi.advanceTimersByTime(5_000)
  expect(sizes()).toEqual([50, 10, 10, 10])
})

test('even slow renders take a part of the waiting items, so that they do not pile up', () => {
  cost = 20
  drawFirst(50)
  push(800)
  vi.advanceTimersByTime(5_000)
  expect(sizes().slice(0, 4)).toEqual([50, 100, 88, 77])
})

test('renders grow again once they are fast', () => {
  cost = 4
  drawFirst(100)
  cost = 0
  push(100)
  vi.advanceTimersByTime(1_000)
  expect(sizes()).toEqual([100, 13, 87])
})

test('after a long render the page rests for half its time', () => {
  cost = 1
  push(400)
  vi.advanceTimersToNextFrame()
  // The render has taken place; the queue measures it after the frame.
  vi.advanceTimersByTime(1)
  push(1)
  vi.advanceTimersByTime(190)
  expect(sizes()).toEqual([400])
  vi.advanceTimersByTime(40)
  expect(sizes()).toEqual([400, 1])
})

test('the page rests for at most a second', () => {
  cost = 100
  drawFirst(100)
  push(1)
  vi.advanceTimersByTime(900)
  expect(sizes()).toEqual([100])
  vi.advanceTimersByTime(150)
  expect(sizes()).toEqual([100, 1])
})

test('a flush hands over the waiting items at once, and only once', () => {
  cost = 10
  drawFirst(100)
  push(40)
  queue.flush()
  expect(sizes()).toEqual([100, 40])
  vi.advanceTimersByTime(5_000)
  expect(sizes()).toEqual([100, 40])
})

test('a hidden page takes all items a few times a second', () => {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
  cost = 10
  push(100)
  vi.advanceTimersByTime(250)
  expect(sizes()).toEqual([100])
  push(60)
  vi.advanceTimersByTime(1_300)
  expect(sizes()).toEqual([100, 60])
})
