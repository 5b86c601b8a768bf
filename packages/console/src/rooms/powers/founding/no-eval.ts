/**
 * This site forbids code made from text (its content security policy); schemas are told so before they are made, or they
 * would try it once and the browser would report it. Imported first by whoever imports a schema.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
