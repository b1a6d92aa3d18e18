interface Props<T> {
  label: string;
  /** Shown small beside the label. */
  hint?: string;
  options: { label: string; value: T }[];
  value: T;
  onChoose: (value: T) => void;
}

/** One of a few values. A value that is none of them is shown as it stands. */
export function Choice<T>({ label, hint, options, value, onChoose }: Props<T>) {
  const same = (option: { value: T }) => JSON.stringify(option.value) === JSON.stringify(value);
  const chosen = options.findIndex(same);
  return (
    <label class="choice">
      <span>
        {label} {hint && <small>{hint}</small>}
      </span>
      <select
        value={String(chosen)}
        onChange={(event) => {
          const option = options[Number(event.currentTarget.value)];
          if (option) onChoose(option.value);
        }}
      >
        {chosen === -1 && <option value="-1">{JSON.stringify(value)}</option>}
        {options.map((option, index) => (
          <option value={String(index)}>{option.label}</option>
        ))}
      </select>
    </label>
  );
}
