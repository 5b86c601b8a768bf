/** A node that publishes a hundred thousand customers goes on answering: between runs of so many it lets others have their turn. */
export const AT_ONCE = 2_000;
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
