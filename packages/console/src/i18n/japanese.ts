/** What Japanese texts must say: everything that the English ones do, but for the singular of a count, which Japanese has not. */
export type JapaneseOf<T> = Readonly<Record<Exclude<keyof T, `${string}_one`>, string>>;
