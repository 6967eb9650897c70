const written = (what: string): string => `the recording ${what} before it, which the stand-in cannot do yet`;

/** Cases of the required commands that need not agree, and why. One that agrees after all is a failure too. */
export const exceptions: Readonly<Record<string, string>> = {
  "datastore#3": written("locked the datastore (`datastore migrate lock`)"),
};
