/** Types of what Vite lets a module import beside code: style sheets and assets. */
/// <reference types="vite/client" />
