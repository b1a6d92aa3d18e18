import { show } from '../common/page.tsx';
import { ParcelPage } from './parcel-page.tsx';
import './parcel.css';

show(<ParcelPage />);
