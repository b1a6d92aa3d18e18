import { type ComponentChildren, render } from 'preact';
import './style.css';
import './parts.css';

const places = [
  ['Home', '/'],
  ['Book', '/book'],
  ['Operations', '/ops'],
] as const;

/** What every page has around it. */
export function Page({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <>
      <header>
        <a class="brand" href="/">
          Latchwork
        </a>
        <nav aria-label="Pages">
          {places.map(([name, path]) => (
            <a key={path} href={path} aria-current={location.pathname === path ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
      </header>
      <main>
        <h1>{title}</h1>
        {children}
      </main>
    </>
  );
}

export function show(page: ComponentChildren): void {
  const root = document.getElementById('app');
  if (root) render(page, root);
}

/** What went wrong, read out at once. */
export function Trouble({ words }: { words: string | null }) {
  return (
    <div role="alert" class="trouble-place">
      {words && <p class="trouble">{words}</p>}
    </div>
  );
}
