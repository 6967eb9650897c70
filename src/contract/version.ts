/** Version of this program, for rooms that read no files; a test holds it to package.json. */
export const programVersion = "0.1.0";
