/** How many disagreements a statement about detectors needs. */

/** Fewer disagreements than these are too few. */
export const FEW = 10;
