import type { DoorFaultsChange, LineFaultsChange } from '../../cabinet/faults.ts';

/** What a click can ask of the cabinet. Each resolves with the reason why nothing came of it, or null. */
export const api = {
  pushShut: (door: number) => post(`/api/doors/${door}/push-shut`, {}),
  moveParcel: (door: number, goesIn: boolean) => post(`/api/doors/${door}/parcel`, { in: goesIn }),
  /** As a person does whom the screen tells to push the door in. */
  pushIn: (door: number) => post(`/api/doors/${door}/push-in`, {}),
  turnKey: (door: number) => post(`/api/doors/${door}/key`, {}),
  resetBoard: (line: string, board: number) => post('/api/board/reset', { line, board }),
  setServiceSwitch: (on: boolean) => post('/api/service-switch', { on }),
  changeDoorFaults: (door: number, change: DoorFaultsChange) => post(`/api/doors/${door}/fault`, change),
  changeLineFaults: (change: LineFaultsChange) => post('/api/line/fault', change),
  scan: (text: string, end: string) => post('/api/scan', { text, end }),
  setNetworkCut: (cut: boolean) => post('/api/network', { cut }),
};

async function post(path: string, body: unknown): Promise<string | null> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.ok) return null;
    const problem: { title?: string } = await response.json();
    return problem.title ?? `it was refused (${response.status})`;
  } catch {
    return 'the simulator does not answer';
  }
}
