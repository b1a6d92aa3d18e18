type How = 'unlocking' | 'pushAndWait' | 'resting' | 'open' | 'shut';

/** The door as it is painted on the cabinet, with its number. What it shows is also said in words. */
export function DoorPicture({ slot, how }: { slot: number; how: How }) {
  return (
    <div class={`door-picture ${how}`} aria-hidden="true">
      <div class="leaf">{slot}</div>
      {how === 'pushAndWait' && (
        <svg class="push" viewBox="0 0 48 32" aria-hidden="true">
          <path d="M46 16H8M20 4 8 16l12 12" fill="none" stroke="currentColor" stroke-width="6" />
        </svg>
      )}
    </div>
  );
}
