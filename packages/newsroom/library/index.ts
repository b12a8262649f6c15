export { type Place, recordShown } from './events.ts';
export { importLibrary, type LibraryImport } from './import.ts';
export { exportLibrary, forgetLibrary, hiddenBy, historyOf } from './of-reader.ts';
export { isProposedOnce, proposedBefore, SITTING_HOURS, setProposedOnce } from './once.ts';
export { marksOf, papersOnShelf, removeShelf, type Shelf, setHidden, setSaved, shelvesOf } from './shelves.ts';
export { unseenBy } from './unseen.ts';
