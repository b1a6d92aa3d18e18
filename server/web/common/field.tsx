import { useId } from 'preact/hooks';

interface Props {
  label: string;
  /** Said under the field. */
  hint?: string;
  value: string;
  onInput: (value: string) => void;
  type?: 'text' | 'email';
  required?: boolean;
  autoComplete?: string;
  inputMode?: 'decimal' | 'email' | 'text';
  maxLength?: number;
}

export function Field({ label, hint, value, onInput, ...input }: Props) {
  const id = useId();
  return (
    <p class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        list={undefined}
        {...input}
        value={value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {hint && <small id={`${id}-hint`}>{hint}</small>}
    </p>
  );
}
