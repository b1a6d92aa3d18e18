import { show } from '../common/page.tsx';
import { BookPage } from './book-page.tsx';
import './book.css';

show(<BookPage />);
