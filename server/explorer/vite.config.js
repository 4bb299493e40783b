import { defineConfig } from "vite";

export default defineConfig({
  // The server serves index.html at /graphql and everything else below /explorer/.
  base: "/explorer/",
  // GraphiQL's own "setup-workers/vite" logs each worker to the console; src/workers.js is ours, without the log.
  worker: { format: "es" },
  build: {
    // Data URIs would need a looser Content-Security-Policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 8192,
    reportCompressedSize: false,
    target: "es2022",
  },
});
