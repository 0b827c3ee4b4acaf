import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FrameQueue } from '@/core/frame-queue'

/** What each item costs to draw, in milliseconds. */
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

/** Before anything is known of what a draw costs. */
function drawFirst(count: number): void {
  push(count)
  vi.advanceTimersByTime(50)
}

const sizes = () => taken.map(({ length }) => length)

test('what arrives between two frames is taken in the next, all of it', () => {
  push(3)
  expect(sizes()).toEqual([])
  vi.advanceTimersToNextFrame()
  expect(sizes()).toEqual([3])
  push(500)
  vi.advanceTimersByTime(100)
  expect(sizes()).toEqual([3, 500])
})

test('where drawing is dear, no more is drawn at once than the page can spare the time for', () => {
  cost = 2
  drawFirst(100)
  expect(sizes()).toEqual([100])
  push(70)
  vi.advanceTimersByTime(1_000)
  expect(sizes()).toEqual([100, 20, 20, 20, 10])
  expect(taken.flat()).toEqual(Array.from({ length: 170 }, (_, index) => index))
})

test('however dear it is, no fewer are drawn than make a difference', () => {
  cost = 20
  drawFirst(50)
  push(30)
  vi.advanceTimersByTime(5_000)
  expect(sizes()).toEqual([50, 10, 10, 10])
})

test('however dear it is, a part of what waits is drawn, so that it does not pile up', () => {
  cost = 20
  drawFirst(50)
  push(800)
  vi.advanceTimersByTime(5_000)
  expect(sizes().slice(0, 4)).toEqual([50, 100, 88, 77])
})

test('it is drawn in large parts again once that is cheap', () => {
  cost = 4
  drawFirst(100)
  cost = 0
  push(100)
  vi.advanceTimersByTime(1_000)
  expect(sizes()).toEqual([100, 13, 87])
})

test('after what took long the page rests for half as long', () => {
  cost = 1
  push(400)
  vi.advanceTimersToNextFrame()
  // The time of the draw itself, when the frame is over.
  vi.advanceTimersByTime(1)
  push(1)
  vi.advanceTimersByTime(190)
  expect(sizes()).toEqual([400])
  vi.advanceTimersByTime(40)
  expect(sizes()).toEqual([400, 1])
})

test('however long it took, the page rests for no more than a second', () => {
  cost = 100
  drawFirst(100)
  push(1)
  vi.advanceTimersByTime(900)
  expect(sizes()).toEqual([100])
  vi.advanceTimersByTime(150)
  expect(sizes()).toEqual([100, 1])
})

test('what waits is handed over at once where that is asked for, and only once', () => {
  cost = 10
  drawFirst(100)
  push(40)
  queue.flush()
  expect(sizes()).toEqual([100, 40])
  vi.advanceTimersByTime(5_000)
  expect(sizes()).toEqual([100, 40])
})

test('a page that nobody sees takes all that has arrived, a few times a second', () => {
  vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
  cost = 10
  push(100)
  vi.advanceTimersByTime(250)
  expect(sizes()).toEqual([100])
  push(60)
  vi.advanceTimersByTime(1_300)
  expect(sizes()).toEqual([100, 60])
})
