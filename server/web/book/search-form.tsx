import type { SlotSize } from '@latchwork/shared';
import { useState } from 'preact/hooks';
import { Field } from '../common/field.tsx';
import { sizes } from '../common/sizes.ts';
import { currentPosition } from './current-position.ts';

/** As the search takes it: a pincode, or coordinates. */
export type Place = { pincode: string; country?: string } | { lat: string; long: string };

interface Props {
  size: SlotSize;
  onSize: (size: SlotSize) => void;
  /** The pincode alone names no place. */
  needsCountry: boolean;
  busy: boolean;
  onSearch: (place: Place) => void;
  onTrouble: (words: string | null) => void;
}

export function SearchForm({ size, onSize, needsCountry, busy, onSearch, onTrouble }: Props) {
  const [pincode, setPincode] = useState(() => new URLSearchParams(location.search).get('pincode') ?? '');
  const [country, setCountry] = useState('');
  const [lat, setLat] = useState('');
  const [long, setLong] = useState('');

  const locate = async () => {
    const position = await currentPosition();
    if (!position.ok) return onTrouble(position.words);
    setLat(position.lat);
    setLong(position.long);
    setPincode('');
    return onSearch({ lat: position.lat, long: position.long });
  };
  const search = () => {
    if (pincode.trim()) return onSearch({ pincode: pincode.trim(), ...(country ? { country } : {}) });
    if (lat.trim() && long.trim()) return onSearch({ lat: lat.trim(), long: long.trim() });
    return onTrouble('Say where: give a pincode, both coordinates, or use your position.');
  };

  return (
    <form
      class="card stack"
      onSubmit={(event) => {
        event.preventDefault();
        search();
      }}
    >
      <fieldset class="sizes">
        <legend>How large is the parcel?</legend>
        {sizes.map((one) => (
          <label key={one.size}>
            <input type="radio" name="size" checked={one.size === size} onChange={() => onSize(one.size)} />
            <span>
              <strong>{one.name}</strong> <small>{one.fits}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <div class="where">
        <Field
          label="Pincode"
          value={pincode}
          onInput={setPincode}
          autoComplete="postal-code"
          maxLength={12}
        />
        {needsCountry && (
          <Field
            label="Country"
            hint="Two letters, such as gb"
            value={country}
            onInput={setCountry}
            autoComplete="country"
            maxLength={2}
          />
        )}
        <button type="submit" class="primary" disabled={busy}>
          {busy ? 'Searching…' : 'Find lockers'}
        </button>
        <button type="button" onClick={() => void locate()} disabled={busy}>
          Use my position
        </button>
      </div>
      <details open={lat !== ''}>
        <summary>Search by coordinates</summary>
        <div class="coordinates">
          <Field label="Latitude" hint="Degrees north" value={lat} onInput={setLat} inputMode="text" />
          <Field label="Longitude" hint="Degrees east" value={long} onInput={setLong} inputMode="text" />
        </div>
      </details>
    </form>
  );
}
