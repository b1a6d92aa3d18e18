import { show } from '../common/page.tsx';
import { OpsPage } from './ops-page.tsx';
import './ops.css';
import './cabinet.css';

show(<OpsPage />);
