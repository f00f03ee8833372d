"use strict";

// Run an app on a free port of this machine: `node serve.cjs NAME`. The port is printed when
// connections are taken; the server ends when its standard input does.
const starters = {
  fastify: async () => (await import("./fastify_app.mjs")).start(),
  hono: async () => (await import("./hono_app.mjs")).start(),
  nestjs: () => {
    require("ts-node").register({
      transpileOnly: true,
      compilerOptions: {
        module: "commonjs",
        target: "es2022",
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
        esModuleInterop: true,
      },
    });
    return require("./nestjs_app.ts").start();
  },
};

process.stdin.resume();
process.stdin.on("end", () => process.exit());
starters[process.argv[2]]().then(
  (port) => console.log(port),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
