/** Stands in for the cable between the locker and the world. */
export function NetworkSwitch({ cut, onSwitch }: { cut: boolean; onSwitch: (cut: boolean) => void }) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={!cut}
      class={cut ? 'network cut' : 'network'}
      onClick={() => onSwitch(!cut)}
    >
      <span class="track">
        <span class="knob" />
      </span>
      {cut ? 'Network cut: click to restore' : 'Network up: click to cut'}
    </button>
  );
}
