/** The simulated model that comes with the site, and a second one of the kind that knows nothing of the first. */
export const BUNDLED = 'bundled';
export const SECOND_BUNDLED = 'bundled-2';
