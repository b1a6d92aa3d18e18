interface Props {
  label: string;
  on: boolean;
  /** How it looks while it is on: as all is well, or as a warning. */
  onMeans: 'good' | 'bad';
  onSwitch: (on: boolean) => void;
}

/** A switch with its label on it. */
export function Toggle({ label, on, onMeans, onSwitch }: Props) {
  const looks = on === (onMeans === 'good') ? 'toggle' : 'toggle bad';
  return (
    <button
      type="button"
      role="switch"
      aria-checked={on}
      class={on ? `${looks} on` : looks}
      onClick={() => onSwitch(!on)}
    >
      <span class="track">
        <span class="knob" />
      </span>
      {label}
    </button>
  );
}
