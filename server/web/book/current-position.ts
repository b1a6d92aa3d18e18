const withinMs = 15_000;
/** About a metre; the search takes no more digits than these anyway. */
const decimals = 5;

type Position = { ok: true; lat: string; long: string } | { ok: false; words: string };

/** Where this device is, if the browser and its owner will say. */
export function currentPosition(): Promise<Position> {
  return new Promise((resolve) => {
    if (!('geolocation' in navigator)) {
      resolve({ ok: false, words: 'This browser cannot tell where you are. Give a pincode instead.' });
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        resolve({
          ok: true,
          lat: coords.latitude.toFixed(decimals),
          long: coords.longitude.toFixed(decimals),
        }),
      ({ code, PERMISSION_DENIED }) => {
        const why =
          code === PERMISSION_DENIED
            ? 'The browser may not tell where you are.'
            : 'Your position was not found.';
        resolve({ ok: false, words: `${why} Give a pincode instead.` });
      },
      { timeout: withinMs },
    );
  });
}
