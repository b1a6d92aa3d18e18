import type { SlotSize } from '@latchwork/shared';
import { useState } from 'preact/hooks';
import type { Locker, LockerSearchAnswer } from '../../http/index.ts';
import { ask } from '../common/ask.ts';
import { Page, Trouble } from '../common/page.tsx';
import { BookingForm } from './booking-form.tsx';
import { FoundLockers } from './found-lockers.tsx';
import { type Place, SearchForm } from './search-form.tsx';

/** Find a locker, then hold a slot in it. */
export function BookPage() {
  const [size, setSize] = useState<SlotSize>('M');
  const [found, setFound] = useState<Locker[] | null>(null);
  const [chosen, setChosen] = useState<Locker | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [needsCountry, setNeedsCountry] = useState(false);
  const [searching, setSearching] = useState(false);

  const search = async (place: Place) => {
    setSearching(true);
    const answer = await ask<LockerSearchAnswer>(
      `/v1/lockers/search?${new URLSearchParams({ ...place, size })}`,
    );
    setSearching(false);
    setChosen(null);
    setFound(answer.ok ? answer.value.lockers : null);
    setTrouble(answer.ok ? null : answer.words);
    if (!answer.ok && answer.reason === 'pincode-in-several-countries') setNeedsCountry(true);
  };

  return (
    <Page title="Find and book a locker">
      <div class="stack">
        <SearchForm
          size={size}
          onSize={(next) => {
            setSize(next);
            // What was found has room for the other size.
            setFound(null);
            setChosen(null);
          }}
          needsCountry={needsCountry}
          busy={searching}
          onSearch={search}
          onTrouble={setTrouble}
        />
        <Trouble words={trouble} />
        {found && <FoundLockers lockers={found} size={size} chosen={chosen} onChoose={setChosen} />}
        {chosen && <BookingForm key={chosen.lockerId} locker={chosen} size={size} />}
      </div>
    </Page>
  );
}
