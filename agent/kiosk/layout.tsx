import type { ComponentChildren } from 'preact';

interface Props {
  title: string;
  /** Under the title, a paragraph each. */
  lines?: readonly string[];
  /** Beside or above the title. */
  picture?: ComponentChildren;
  /** Laid over what is said, never over what can be touched. */
  notice?: ComponentChildren;
  /** What can be touched. */
  children?: ComponentChildren;
  kind?: 'keypad' | 'good' | 'bad';
}

/** What a screen says, and below or beside it what can be touched. */
export function Layout({ title, lines = [], picture, notice, children, kind }: Props) {
  return (
    <main class={kind}>
      <div class="say">
        {picture}
        <div class="words" aria-live="polite">
          <h1>{title}</h1>
          {lines.map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
        {notice}
      </div>
      {children && <div class="act">{children}</div>}
    </main>
  );
}
