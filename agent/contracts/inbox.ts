/** Things that arrive, taken one by one. */
export function inbox<T>() {
  const arrived: T[] = [];
  const takers: ((item: T) => void)[] = [];
  return {
    push: (item: T) => {
      const taker = takers.shift();
      if (taker) taker(item);
      else arrived.push(item);
    },
    next: () =>
      new Promise<T>((resolve) => {
        if (arrived.length === 0) takers.push(resolve);
        else resolve(arrived.shift() as T);
      }),
    waiting: () => [...arrived],
  };
}
