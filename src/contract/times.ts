/** Times as people read them, always UTC and without saying so. `at` is epoch ms. */

/** `14:58:03`. */
export const timeOfDay = (at: number): string => new Date(at).toISOString().slice(11, 19);
/** `2026-11-24 14:58`. */
export const minuteOf = (at: number): string => dayAndTime(at).slice(0, 16);
/** `2026-11-24 14:58:03`. */
export const dayAndTime = (at: number): string => new Date(at).toISOString().slice(0, 19).replace("T", " ");
