import { useEffect, useState } from 'preact/hooks';
import type { Links, OpsLocker, OpsLockers } from '../../http/index.ts';
import { ask } from '../common/ask.ts';
import { Page, Trouble } from '../common/page.tsx';
import { Walkthrough } from './walkthrough.tsx';

/** Pages of other programs, known by the name that the server was started with. */
const neighbours: Record<string, { title: string; text: string }> = {
  mailbox: { title: 'Read the mail', text: 'Every message to recipients, with their codes.' },
  kiosk: { title: 'The kiosk', text: 'The screen at the locker: type a code, or scan as a courier.' },
  panel: { title: 'The cabinet', text: 'Its doors, parcels and scanner, under your hands.' },
};

/** Where everything is, and how to play a parcel's life. */
export function Home() {
  const [links, setLinks] = useState<Links['links'] | null>(null);
  const [lockers, setLockers] = useState<OpsLocker[]>([]);
  const [trouble, setTrouble] = useState<string | null>(null);

  useEffect(() => {
    void ask<Links>('/v1/links').then((answer) =>
      answer.ok ? setLinks(answer.value.links) : setTrouble(answer.words),
    );
    void ask<OpsLockers>('/v1/ops/lockers').then((answer) => {
      if (answer.ok) setLockers(answer.value.lockers);
    });
  }, []);

  const urlOf = (name: string) => links?.find((link) => link.name.toLowerCase() === name)?.url;
  return (
    <Page title="Parcel lockers that anyone can run">
      <div class="stack">
        <Trouble words={trouble} />
        <ul class="tiles">
          <Tile href="/book" title="Find and book a locker" text="Hold a slot for a parcel, and follow it." />
          {links?.map(({ name, url }) => {
            const { title, text } = neighbours[name.toLowerCase()] ?? { title: name, text: url };
            return <Tile key={url} href={url} title={title} text={text} elsewhere />;
          })}
          <Tile href="/ops" title="Operations" text="Lockers, slots and the live event log." />
          <Tile href="/docs" title="The HTTP API" text="Read it and try it." />
        </ul>
        {lockers.length > 0 && <LockerList lockers={lockers} />}
        <Walkthrough pincode={lockers[0]?.pincode} urlOf={urlOf} />
      </div>
    </Page>
  );
}

function Tile(props: { href: string; title: string; text: string; elsewhere?: boolean }) {
  const { href, title, text, elsewhere } = props;
  return (
    <li>
      <a class="card" href={href} {...(elsewhere ? { target: '_blank', rel: 'noopener' } : {})}>
        <strong>{title}</strong>
        <span>{text}</span>
      </a>
    </li>
  );
}

const shownMax = 5;

function LockerList({ lockers }: { lockers: OpsLocker[] }) {
  return (
    <section class="card">
      <h2>{lockers.length === 1 ? 'The locker here' : `${lockers.length} lockers`}</h2>
      <ul class="lockers">
        {lockers.slice(0, shownMax).map(({ lockerId, name, pincode, online, slots }) => (
          <li key={lockerId}>
            <strong>{name}</strong> <span class="quiet">{pincode}</span>{' '}
            <span class={`badge ${online ? 'good' : 'bad'}`}>{online ? 'online' : 'offline'}</span>{' '}
            {slots.free} of {slots.total} slots free{' '}
            <a href={`/book?pincode=${encodeURIComponent(pincode)}`}>Book at {name}</a>
          </li>
        ))}
      </ul>
    </section>
  );
}
