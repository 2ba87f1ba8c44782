declare const pathBrand: unique symbol;

/** A relative path that means the same on every platform: parts joined by `/`, NFC, nothing that escapes or hides. */
export type SafePath = string & { readonly [pathBrand]: true };
