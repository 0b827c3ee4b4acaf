import { render, screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { ErrorBoundary } from '@/components/ui/error-boundary'

function Broken(): never {
  throw new RangeError('Maximum call stack size exceeded')
}

test('an error boundary renders the fallback in place of a component that throws, and leaves its siblings alone', () => {
  // React logs the error.
  vi.spyOn(console, 'error').mockReturnValue(undefined)
  render(
    <>
      <p>before</p>
      <ErrorBoundary fallback={<p>plain</p>}>
        <Broken />
      </ErrorBoundary>
    </>,
  )
  expect(screen.getByText('plain')).toBeTruthy()
  expect(screen.getByText('before')).toBeTruthy()
})
