import { show } from '../common/page.tsx';
import { Home } from './home.tsx';
import './home.css';

show(<Home />);
