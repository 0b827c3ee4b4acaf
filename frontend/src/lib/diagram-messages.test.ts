import { expect, test } from 'vitest'
import { isDiagramEvent } from '@/lib/diagram-messages'

test.each([{ kind: 'ready' }, { kind: 'drawn', height: 120 }, { kind: 'failed' }])(
  '%j is an event',
  (event) => {
    expect(isDiagramEvent(event)).toBe(true)
  },
)

test.each([null, 'ready', {}, { kind: 'other' }, { kind: 'drawn' }, { kind: 'drawn', height: '9' }])(
  '%j is not an event',
  (value) => {
    expect(isDiagramEvent(value)).toBe(false)
  },
)
