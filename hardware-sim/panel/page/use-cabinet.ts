import { useEffect, useState } from 'preact/hooks';
import type { CabinetView } from '../../cabinet/view.ts';

const RETRY_MS = 1000;

/** The cabinet as the live socket last showed it, and whether that socket stands. */
export function useCabinet(): { view: CabinetView | null; connected: boolean } {
  const [view, setView] = useState<CabinetView | null>(null);
  const [connected, setConnected] = useState(false);

  useEffect(() => {
    let socket: WebSocket;
    let retry: ReturnType<typeof setTimeout>;
    const connect = () => {
      socket = new WebSocket(`ws://${location.host}/live`);
      socket.onopen = () => setConnected(true);
      socket.onmessage = (message) => setView(JSON.parse(message.data));
      socket.onclose = () => {
        setConnected(false);
        retry = setTimeout(connect, RETRY_MS);
      };
    };
    connect();
    return () => {
      socket.onclose = null;
      socket.close();
      clearTimeout(retry);
    };
  }, []);

  return { view, connected };
}
