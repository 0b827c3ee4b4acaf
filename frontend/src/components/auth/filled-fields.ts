import type { FieldValues, Path, PathValue, UseFormReturn } from 'react-hook-form'

/** Reads what the fields of a form show: some password managers fill them without an event that the form receives. */
export function takeFilledFields<F extends FieldValues>(
  form: HTMLFormElement,
  { getValues, setValue }: Pick<UseFormReturn<F>, 'getValues' | 'setValue'>,
): void {
  for (const name of Object.keys(getValues()) as Path<F>[]) {
    const field = form.elements.namedItem(name)
    if (field instanceof HTMLInputElement && field.value !== getValues(name))
      setValue(name, field.value as PathValue<F, Path<F>>)
  }
}
