import type { OpsDoor, OpsDoors, OpsOpenings } from '../../http/index.ts';
import { faultWords } from './fault-words.ts';

/** Below this a door asks for a look: of ten people one waits for a second pulse. */
const poorPercent = 90;

const insides = {
  empty: 'empty',
  occupied: 'parcel inside',
  unsettled: 'nobody knows',
  reopenable: 'just collected',
} as const;

/** How the doors of one locker do, the worst first: of the openings, how many the first pulse made, and how soon. */
export function DoorTable({ name, doors, site }: OpsDoors & { name: string }) {
  return (
    <section class="card" aria-label={`Doors of ${name}`}>
      <h2>Doors, the worst first</h2>
      <p class="quiet">{siteWords(site.days30)}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it with the keys. */}
      <section class="scroll" tabIndex={0} aria-label="Table of doors">
        <table class="doors">
          <thead>
            <tr>
              <th scope="col">Door</th>
              <th scope="col">Stands</th>
              <th scope="col">Inside</th>
              <th scope="col">Service</th>
              <th scope="col">First pulse, 7 days</th>
              <th scope="col">First pulse, 30 days</th>
              <th scope="col">Opens in</th>
            </tr>
          </thead>
          <tbody>
            {doors.map((door) => (
              <Row key={door.slot} door={door} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Row({ door }: { door: OpsDoor }) {
  return (
    <tr data-door={door.slot}>
      <th scope="row">
        {door.slot} <small>{door.size}</small>
      </th>
      <td class={door.door === 'open' || door.boardLost ? 'attention' : ''}>
        {door.door}
        {door.boardLost && <small> its board does not answer</small>}
      </td>
      <td class={door.occupancy === 'unsettled' ? 'attention' : ''}>{insides[door.occupancy]}</td>
      <td>
        <Service door={door} />
      </td>
      <Rate openings={door.days7} />
      <Rate openings={door.days30} />
      <td>{door.days30.opensInMs === null ? '–' : `${door.days30.opensInMs} ms`}</td>
    </tr>
  );
}

function Service({ door }: { door: OpsDoor }) {
  const { faulty, status, wearing } = door;
  return (
    <>
      {faulty && (
        <>
          <span class="badge bad">out of service</span> <small>{faultWords(door)}</small>{' '}
        </>
      )}
      {status === 'blocked' && <span class="badge">blocked by an operator</span>}
      {wearing && (
        <>
          <span class="badge worn">latch wearing</span> <small>{wearing}</small>
        </>
      )}
      {!faulty && status === 'inService' && !wearing && 'in service'}
    </>
  );
}

function Rate({ openings: { openings, firstOpenPercent, stuck } }: { openings: OpsOpenings }) {
  if (firstOpenPercent === null) return <td class="quiet">not used</td>;
  return (
    <td class={firstOpenPercent < poorPercent ? 'attention' : ''}>
      {firstOpenPercent} %{' '}
      <small>
        of {openings}
        {stuck > 0 && `, ${stuck} stuck`}
      </small>
    </td>
  );
}

function siteWords({ openings, firstOpenPercent, opensInMs }: OpsOpenings): string {
  if (firstOpenPercent === null) return 'No door of this site was opened in the last 30 days.';
  const time = opensInMs === null ? '' : `, after ${opensInMs} ms on average`;
  return `All doors of this site: in 30 days ${firstOpenPercent} % of ${openings} openings at the first pulse${time}.`;
}
