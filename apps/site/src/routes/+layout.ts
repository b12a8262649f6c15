// Reading pages ship no framework code; browser/enhance.ts is all their script.
export const csr = false;
