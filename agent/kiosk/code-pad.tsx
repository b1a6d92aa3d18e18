import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { texts } from './texts.ts';

/** As many as the agent takes; how many a code has, it alone knows. */
const digitsMax = 12;
const digits = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];

/** Types a code, by touch or on a keyboard. The digits live here alone, and only until they are sent. */
export function CodePad({ onCode }: { onCode: (code: string) => void }) {
  const [code, setCode] = useState('');
  const type = (digit: string) => setCode((before) => (before.length < digitsMax ? before + digit : before));
  const erase = () => setCode((before) => before.slice(0, -1));
  const enter = () => {
    if (code === '') return;
    setCode('');
    onCode(code);
  };
  useKeyboard({ type, erase, enter });

  return (
    <div class="code-pad">
      <output class="code" aria-label={texts.idle.codeTyped}>
        {code === '' ? <span class="placeholder">{texts.idle.placeholder}</span> : inGroups(code)}
      </output>
      <div class="keys">
        {digits.map((digit) => (
          <button type="button" key={digit} onClick={() => type(digit)}>
            {digit}
          </button>
        ))}
        <button type="button" class="erase" onClick={erase} disabled={code === ''}>
          {texts.idle.erase}
        </button>
        <button type="button" onClick={() => type('0')}>
          0
        </button>
        <button type="button" class="enter" onClick={enter} disabled={code === ''}>
          {texts.idle.enter}
        </button>
      </div>
    </div>
  );
}

/** Four and four, as the message to the recipient has it. */
function inGroups(code: string): string {
  return code.replace(/(\d{4})(?=\d)/g, '$1 ');
}

interface Typing {
  type(digit: string): void;
  erase(): void;
  enter(): void;
}

/** For units with keys beside the screen, and for whoever cannot touch it. */
function useKeyboard(typing: Typing): void {
  const latest = useRef(typing);
  latest.current = typing;

  // Before the keypad is painted: from then on people type.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { type, erase, enter } = latest.current;
      if (/^\d$/.test(event.key)) type(event.key);
      else if (event.key === 'Backspace') erase();
      // On a button, Enter presses that button.
      else if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) enter();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
