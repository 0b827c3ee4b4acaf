/** A key combination. */
export function KeyCaps({ caps }: { caps: string[] }) {
  return (
    <kbd className="inline-flex gap-1 font-sans whitespace-nowrap">
      {caps.map((cap) => (
        <kbd
          key={cap}
          className="inline-flex h-6 min-w-6 items-center justify-center rounded-md border border-line-strong bg-raised px-1.5 font-sans text-xs text-ink-2"
        >
          {cap}
        </kbd>
      ))}
    </kbd>
  )
}
