import { render } from 'preact';
import { App } from './app.tsx';
import './style.css';
import './screens.css';
import './keypad.css';

const root = document.getElementById('app');
if (root) render(<App />, root);
