import { CodePad } from './code-pad.tsx';
import { Layout } from './layout.tsx';
import type { ScreenProps } from './screen-props.ts';
import { texts } from './texts.ts';

/** For whoever comes next: a keypad for a code, and a word to couriers. */
export function IdleScreen({ notice, onAction }: ScreenProps) {
  return (
    <Layout kind="keypad" title={texts.idle.title} lines={texts.idle.lines} notice={notice}>
      <CodePad onCode={(code) => onAction({ do: 'enterCode', code })} />
    </Layout>
  );
}
