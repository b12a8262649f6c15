export { hostOn } from './host.ts';
