import { render } from 'preact';
import { App } from './app.tsx';
import './style.css';
import './cabinet-front.css';
import './cards.css';
// Last, since it overrules the others.
import './small-screen.css';

const root = document.getElementById('app');
if (root) render(<App />, root);
