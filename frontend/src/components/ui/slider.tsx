import { Slider as RadixSlider } from 'radix-ui'

interface SliderProps {
  label: string
  value: number
  min: number
  max: number
  step: number
  onChange: (value: number) => void
}

export function Slider({ label, value, min, max, step, onChange }: SliderProps) {
  return (
    <RadixSlider.Root
      value={[value]}
      min={min}
      max={max}
      step={step}
      onValueChange={([next]) => {
        if (next !== undefined) onChange(next)
      }}
      className="relative flex h-6 w-full touch-none items-center select-none"
    >
      <RadixSlider.Track className="relative h-1.5 grow rounded-full bg-pressed forced-colors:border">
        <RadixSlider.Range className="absolute h-full rounded-full bg-accent" />
      </RadixSlider.Track>
      <RadixSlider.Thumb
        aria-label={label}
        className="block size-5 rounded-full border-2 border-accent bg-raised shadow-raised"
      />
    </RadixSlider.Root>
  )
}
