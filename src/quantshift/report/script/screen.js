/** The size of the screen. */

/** Pixels: narrower screens are phones. */
export const PHONE = 760;
