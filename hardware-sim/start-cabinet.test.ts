import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CabinetLayout } from './cabinet/layout.ts';
import { type CabinetOptions, startCabinet } from './start-cabinet.ts';

const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function cabinetWith(options: CabinetOptions = {}) {
  const cabinet = await startCabinet(options);
  ends.push(cabinet.stop);
  return cabinet;
}

async function dial(address: string) {
  const socket = connect(Number(new URL(address).port), '127.0.0.1');
  ends.push(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

function newDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'cabinet-'));
  ends.push(() => rmSync(dir, { recursive: true }));
  return dir;
}

const OPEN_DOOR_2 = Buffer.from('8A01021198', 'hex');

describe('a whole cabinet', () => {
  it('opens the door that its lock line asks for, and is worked by hand from there', async () => {
    const cabinet = await cabinetWith();
    const host = await dial(cabinet.lockLine);
    host.write(OPEN_DOOR_2);
    await cabinet.waitFor(({ doors }) => doors.some(({ number, open }) => number === 2 && open));
    expect(cabinet.moveParcel(2, true)).toEqual({ ok: true });
    expect(await cabinet.pushShut(2)).toEqual({ ok: true });
    expect(cabinet.view().doors[1]).toMatchObject({
      number: 2,
      size: 'S',
      open: false,
      parcel: true,
      jam: null,
    });
    expect(cabinet.record().entries.map(({ kind, door }) => [kind, door])).toEqual([
      ['pulse', 2],
      ['opened', 2],
      ['parcelIn', 2],
      ['coilOff', 2],
      ['closed', 2],
    ]);
  });

  it('reports changes unasked where its board does', async () => {
    const layout = {
      boards: [{ address: 1, unsolicited: '82' as const, channels: 8, pulseMs: 20 }],
      doors: [{ number: 5, size: 'L' as const, board: 1, channel: 1 }],
      springMs: 10,
    };
    const cabinet = await cabinetWith({ layout: CabinetLayout.parse(layout) });
    const host = await dial(cabinet.lockLine);
    let heard = '';
    const reported = new Promise<void>((resolve) => {
      host.on('data', (bytes) => {
        heard += bytes.toString('hex');
        if (heard.endsWith('8201010082')) resolve();
      });
    });
    host.write(Buffer.from('8A0101119B', 'hex'));
    await reported;
    expect(heard).toBe('8a0101119b8201010082');
  });

  it.each([
    { end: 'CR', heard: 'RB123456785GB\r' },
    { end: 'LF', heard: 'RB123456785GB\n' },
    { end: 'CRLF', heard: 'RB123456785GB\r\n' },
    { end: 'none', heard: 'RB123456785GB' },
    { end: undefined, aimPrefix: ']C0', heard: ']C0RB123456785GB\r' },
  ] as const)('scans with $end at the end', async ({ heard, ...manner }) => {
    const cabinet = await cabinetWith();
    const host = await dial(cabinet.scannerLine);
    let text = '';
    const whole = new Promise<void>((resolve) => {
      host.on('data', (bytes) => {
        text += bytes.toString();
        if (text.length >= heard.length) resolve();
      });
    });
    expect(await cabinet.scan('RB123456785GB', manner)).toEqual({ ok: true });
    await whole;
    expect(text).toBe(heard);
  });

  it('scans nothing while its scanner is unplugged', async () => {
    const cabinet = await cabinetWith();
    await cabinet.changeLineFaults({ line: 'scanner', unplugged: true });
    expect(await cabinet.scan('1')).toEqual({ ok: false, reason: 'the scanner is unplugged' });
    await cabinet.changeLineFaults({ line: 'scanner', unplugged: false });
    expect(await cabinet.scan('1')).toEqual({ ok: true });
  });

  it('says what it waited for in vain', async () => {
    const cabinet = await cabinetWith();
    await expect(cabinet.waitFor(() => false, 1)).rejects.toMatchObject({ code: 'WAITED_IN_VAIN' });
  });
});

describe('a cabinet that is switched off and on', () => {
  it('stands as it stood: doors, parcels, faults, a cut network', async () => {
    const dir = newDir();
    const before = await cabinetWith({ dir, relays: [{ name: 'mqtt', listenPort: 0, targetPort: 9 }] });
    const host = await dial(before.lockLine);
    host.write(OPEN_DOOR_2);
    await before.waitFor(
      ({ doors }) => doors.some(({ open }) => open) && !doors.some(({ coilOn }) => coilOn),
    );
    before.moveParcel(2, true);
    before.changeDoorFaults(3, { jam: { untilPulse: 2 }, lyingSwitch: 'inverted' });
    await before.changeLineFaults({ echo: true, deadBoards: [7] });
    await before.changeLineFaults({ line: 'scanner', unplugged: true });
    before.setNetworkCut(true);
    const stood = before.view();
    await before.stop();

    const after = await cabinetWith({ dir });
    expect(after.view().doors).toEqual(stood.doors);
    expect(after.view().lockLines[0]).toMatchObject({ echo: true, deadBoards: [7], unplugged: false });
    expect(after.view().scanner.unplugged).toBe(true);
    expect(after.view().network.cut).toBe(true);
    expect(after.record().entries).toEqual([]);
  });

  it('stands as it stood before there were several lines', async () => {
    const dir = newDir();
    const door = {
      open: false,
      parcel: true,
      faults: { jam: null, slow: { delayMs: 9 }, lyingSwitch: null },
    };
    const lines = {
      lock: { noise: null, echo: true, deadBoards: [3], unplugged: false },
      scanner: { unplugged: true },
    };
    const first = { version: 1, doors: { 4: door }, lines, networkCut: true };
    writeFileSync(join(dir, 'cabinet.json'), JSON.stringify(first));
    const { doors, lockLines, scanner, network } = (await cabinetWith({ dir })).view();
    expect(doors[3]).toMatchObject({ parcel: true, slow: { delayMs: 9 }, pressed: false });
    expect(lockLines).toMatchObject([{ echo: true, deadBoards: [3], late: null }]);
    expect([scanner.unplugged, network.cut]).toEqual([true, true]);
  });

  it('does not guess when its file cannot be read', async () => {
    const dir = newDir();
    writeFileSync(join(dir, 'cabinet.json'), '{"version":1,"doors":');
    await expect(startCabinet({ dir })).rejects.toMatchObject({ code: 'CABINET_FILE_UNREADABLE' });
  });
});

describe('a cabinet of several lines', () => {
  const layout = CabinetLayout.parse({
    lines: [{ name: 'left' }, { name: 'right', kind: 'memory' }],
    boards: [
      { line: 'left', address: 1 },
      { line: 'right', address: 1, profile: 'kerong-cu16' },
    ],
    doors: [
      { number: 1, size: 'S', line: 'left', board: 1, channel: 1 },
      { number: 2, size: 'S', line: 'right', board: 1, channel: 1 },
    ],
    serviceSwitch: { line: 'right', board: 1, input: 16 },
    supplies: [{ name: 'main', amperes: 3, sagResetsBoards: true }],
  });

  it('breaks and opens each by its name, and tells everything that happens', async () => {
    const cabinet = await cabinetWith({ layout, scannerLine: 'memory' });
    expect(Object.keys(cabinet.hosts)).toEqual(['right', 'scanner']);
    expect(cabinet.lockLines).toEqual({ left: cabinet.lockLine, right: 'memory:right' });
    const told: string[] = [];
    cabinet.onRecord(({ kind, door }) => told.push(`${kind} ${door}`));
    expect(await cabinet.changeLineFaults({ line: 'right', echo: true })).toEqual({ ok: true });
    expect(cabinet.view().lockLines.map(({ echo }) => echo)).toEqual([false, true]);

    const left = await dial(cabinet.lockLines.left ?? '');
    left.write(Buffer.from('8A0101119B', 'hex'));
    await cabinet.waitFor(({ doors }) => doors[0]?.open === true);
    const right = await cabinet.hosts.right?.open({ onBytes: () => {}, onClosed: () => {} });
    if (right?.ok) await right.stream.write(Buffer.from('0210310346', 'hex'));
    await cabinet.waitFor((_view, record) => record.some(({ kind }) => kind === 'boardReset'));
    expect(told.slice(0, 4)).toEqual(['pulse 1', 'opened 1', 'pulse 2', 'supplySagged null']);
    expect(told.filter((what) => what === 'boardReset null')).toHaveLength(2);
  });

  it('keeps each line’s faults and its service switch', async () => {
    const dir = newDir();
    const before = await cabinetWith({ dir, layout });
    await before.changeLineFaults({ line: 'right', deadBoards: [1] });
    expect(before.setServiceSwitch(true)).toEqual({ ok: true });
    await before.stop();
    const { lockLines, serviceSwitch } = (await cabinetWith({ dir, layout })).view();
    expect(lockLines.map(({ deadBoards }) => deadBoards)).toEqual([[], [1]]);
    expect(serviceSwitch).toBe(true);
  });
});

describe('what cannot be had', () => {
  it('names a folder that is a file, or lies under one', async () => {
    const file = join(newDir(), 'file');
    writeFileSync(file, '');
    for (const dir of [file, join(file, 'below')]) {
      await expect(startCabinet({ dir })).rejects.toMatchObject({
        code: 'FOLDER_UNUSABLE',
        message: `cannot make the folder ${dir}: a file is in its way; name another one`,
      });
    }
  });

  it('leaves nothing running when a port is taken', async () => {
    const first = await cabinetWith({ panelPort: 0 });
    const taken = Number(new URL(first.panel ?? '').port);
    const dir = newDir();
    await expect(startCabinet({ dir, panelPort: taken })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(startCabinet({ dir, lockPort: taken })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('needs a folder for a terminal', async () => {
    await expect(startCabinet({ lockLine: 'pty' })).rejects.toMatchObject({ code: 'DIR_NEEDED' });
  });
});
