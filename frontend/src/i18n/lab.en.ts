import { demoExample } from '@/i18n/demo-questions'
import type { LabTexts } from '@/i18n/translation'

export const lab: LabTexts = {
  title: 'Connection lab',
  intro:
    'Ask something. While the answer is being written, cut or slow down your own connection, or open a second one. Every piece of text has a number, and the page continues from the number it has reached: nothing is lost, nothing is repeated. The chat is deleted when you leave.',
  question: 'Question',
  example: demoExample,
  demoExample,
  ask: 'Ask',
  stop: 'Stop generating',
  controls: 'Controls for connection {{number}}',
  cut: 'Cut',
  slow: 'Slow down',
  second: 'Open a second connection',
  connection: 'Connection {{number}}',
  answer: 'The answer on connection {{number}}',
  states: {
    connecting: 'Connecting…',
    open: 'Connected',
    waiting: 'Lost, trying again…',
    queued: 'Too many tabs are open. Waiting for one to finish…',
    closed: 'Closed',
  },
  position: 'Position',
  positionOf: 'run {{run}} · no. {{seq}}',
  numbers: {
    deltas: 'Pieces received',
    frames: 'Frames',
    reconnects: 'Reconnects',
    resets: 'Resets',
    gaps: 'Gaps',
    repeats: 'Repeats',
  },
  same: 'Both connections have the same text.',
  events: 'Events',
  event: {
    opened: 'Connection {{number}} opened at no. {{seq}}.',
    lost: 'Connection {{number}} was lost at no. {{seq}}.',
    resumed: 'Connection {{number}} is back, and continues from no. {{seq}}.',
    ended: 'Connection {{number}} has reached the end of the answer, at no. {{seq}}.',
  },
  failed: 'There was no answer. Try again.',
}
