// A cinema in Hono, its document by @hono/zod-openapi.
import { serve } from "@hono/node-server";
import { OpenAPIHono, createRoute, z } from "@hono/zod-openapi";
import { basicAuth } from "hono/basic-auth";
import { bearerAuth } from "hono/bearer-auth";
import { getCookie } from "hono/cookie";
import { HTTPException } from "hono/http-exception";
import { stream, streamSSE, streamText } from "hono/streaming";
import { note, take } from "./seen.cjs";

const Genre = z.enum(["drama", "sci-fi"]).openapi("Genre");

const Film = z
  .object({
    id: z.number().int(),
    title: z.string(),
    rating: z.number().nullable(),
    genre: Genre.optional(),
    shown: z.iso.datetime().nullable(),
    labels: z.record(z.string(), z.string()),
    extra: z.any(),
  })
  .openapi("Film");

const NewFilm = z
  .object({
    title: z.string().min(1),
    rating: z.number().nullable().optional(),
    genre: Genre.default("drama"),
    extra: z.any(),
  })
  .openapi("NewFilm");

const FilmPatch = NewFilm.partial().openapi("FilmPatch");

const Ticket = z
  .discriminatedUnion("kind", [
    z
      .object({ kind: z.literal("seat"), row: z.number().int() })
      .openapi("SeatTicket"),
    z
      .object({ kind: z.literal("standing"), zone: z.string() })
      .openapi("StandingTicket"),
  ])
  .openapi("Ticket");

const pageOf = (schema) =>
  z.object({ items: z.array(schema), total: z.number().int(), next: z.string().nullable() });

const Problem = z.object({ message: z.string() }).openapi("Problem");

const Chunk = z.object({ index: z.number().int(), text: z.string() }).openapi("Chunk");

const json = (schema, description = "Success") => ({
  content: { "application/json": { schema } },
  description,
});

const METROPOLIS = {
  id: 3,
  title: "Metropolis",
  rating: 9,
  genre: "sci-fi",
  shown: "2024-03-01T12:00:00Z",
  labels: { size: "XL" },
  extra: { any: [1, null] },
};

const app = new OpenAPIHono();

// ------------------------------------------------------------ films
app.openapi(
  createRoute({
    method: "get",
    path: "/films",
    tags: ["films"],
    request: {
      query: z.object({
        limit: z.coerce.number().int().max(100).default(10),
        q: z.string().optional(),
        genres: z
          .union([Genre, z.array(Genre)])
          .transform((value) => [value].flat())
          .optional(),
      }),
    },
    responses: { 200: json(pageOf(Film)) },
  }),
  (c) => {
    note({ query: c.req.valid("query") });
    return c.json({ items: [METROPOLIS], total: 1, next: null }, 200);
  },
);

app.openapi(
  createRoute({
    method: "post",
    path: "/films",
    tags: ["films"],
    request: { body: { required: true, ...json(NewFilm, "The film") } },
    responses: { 201: json(Film) },
  }),
  (c) => {
    const film = c.req.valid("json");
    note({ film });
    return c.json({ id: 4, rating: null, shown: null, labels: {}, ...film }, 201);
  },
);

const filmId = z.object({
  id: z.coerce.number().openapi({ param: { name: "id", in: "path" }, example: 3 }),
});

app.openapi(
  createRoute({
    method: "get",
    path: "/films/{id}",
    tags: ["films"],
    request: { params: filmId },
    responses: { 200: json(Film), 404: json(Problem, "There is no such film") },
  }),
  (c) => {
    const { id } = c.req.valid("param");
    note({ id, path: c.req.path });
    if (id === 404) return c.json({ message: "There is no such film" }, 404);
    return c.json(METROPOLIS, 200);
  },
);

app.openapi(
  createRoute({
    method: "patch",
    path: "/films/{id}",
    tags: ["films"],
    request: { params: filmId, body: json(FilmPatch, "What changes") },
    responses: { 200: json(Film) },
  }),
  async (c) => {
    const given = await c.req.json();
    note({ id: c.req.valid("param").id, given });
    return c.json({ ...METROPOLIS, ...given }, 200);
  },
);

app.openapi(
  createRoute({
    method: "delete",
    path: "/films/{id}",
    tags: ["films"],
    request: { params: filmId },
    responses: { 204: { description: "It is gone" } },
  }),
  (c) => {
    note({ id: c.req.valid("param").id });
    return c.body(null, 204);
  },
);

app.openapi(
  createRoute({
    method: "post",
    path: "/tickets",
    tags: ["tickets"],
    request: { body: { required: true, ...json(z.array(Ticket), "Tickets") } },
    responses: { 200: json(z.array(Ticket)) },
  }),
  (c) => {
    note({ tickets: c.req.valid("json") });
    return c.json(c.req.valid("json"), 200);
  },
);

// ------------------------------------------------------------ forms and files
const FileField = z
  .instanceof(File)
  .openapi({ type: "string", format: "binary" });

app.openapi(
  createRoute({
    method: "post",
    path: "/posters",
    tags: ["files"],
    request: {
      body: {
        required: true,
        content: {
          "multipart/form-data": {
            schema: z.object({
              poster: FileField,
              title: z.string(),
              stills: z.array(FileField).optional(),
            }),
          },
        },
      },
    },
    responses: { 200: json(z.object({ title: z.string() })) },
  }),
  async (c) => {
    const form = await c.req.parseBody({ all: true });
    note({
      poster: form.poster.name,
      content: await form.poster.text(),
      title: form.title,
      stills: [form.stills ?? []].flat().map((file) => file.name),
    });
    return c.json({ title: form.title }, 200);
  },
);

app.openapi(
  createRoute({
    method: "post",
    path: "/feedback",
    tags: ["files"],
    request: {
      body: {
        required: true,
        content: {
          "application/x-www-form-urlencoded": {
            schema: z.object({
              name: z.string(),
              stars: z.coerce.number().int(),
              text: z.union([z.string(), z.number()]).optional(),
            }),
          },
        },
      },
    },
    responses: { 200: json(z.object({ name: z.string(), stars: z.number() })) },
  }),
  (c) => {
    const form = c.req.valid("form");
    note({ form });
    return c.json({ name: form.name, stars: form.stars }, 200);
  },
);

app.openapi(
  createRoute({
    method: "get",
    path: "/trailer",
    tags: ["files"],
    responses: {
      200: {
        description: "The trailer",
        content: {
          "video/mp4": { schema: z.string().openapi({ format: "binary" }) },
        },
      },
    },
  }),
  (c) => {
    note();
    return c.body(new Uint8Array([0, 1, 255]), 200, { "Content-Type": "video/mp4" });
  },
);

app.openapi(
  createRoute({
    method: "get",
    path: "/programme",
    tags: ["files"],
    responses: {
      200: {
        description: "The programme",
        content: { "text/plain": { schema: z.string() } },
      },
    },
  }),
  (c) => {
    note();
    return c.text("süß & free\n", 200);
  },
);

// ------------------------------------------------------------ who is there
app.openAPIRegistry.registerComponent("securitySchemes", "Bearer", {
  type: "http",
  scheme: "bearer",
});
app.openAPIRegistry.registerComponent("securitySchemes", "Basic", {
  type: "http",
  scheme: "basic",
});
app.openAPIRegistry.registerComponent("securitySchemes", "Session", {
  type: "apiKey",
  in: "cookie",
  name: "session",
});

app.openapi(
  createRoute({
    method: "get",
    path: "/me/bearer",
    tags: ["me"],
    security: [{ Bearer: [] }],
    middleware: [bearerAuth({ token: "b-1" })],
    responses: { 200: json(z.object({ name: z.string() })) },
  }),
  (c) => {
    note({ authorization: c.req.header("Authorization") });
    return c.json({ name: "ann" }, 200);
  },
);

app.openapi(
  createRoute({
    method: "get",
    path: "/me/basic",
    tags: ["me"],
    security: [{ Basic: [] }],
    middleware: [basicAuth({ username: "ann", password: "p:ä" })],
    responses: { 200: json(z.object({ name: z.string() })) },
  }),
  (c) => {
    note();
    return c.json({ name: "ann" }, 200);
  },
);

app.openapi(
  createRoute({
    method: "get",
    path: "/me/session",
    tags: ["me"],
    security: [{ Session: [] }],
    responses: { 200: json(z.object({ name: z.string() })) },
  }),
  (c) => {
    note({ session: getCookie(c, "session") });
    return c.json({ name: "ann" }, 200);
  },
);

app.openapi(
  createRoute({
    method: "get",
    path: "/me/headers",
    tags: ["me"],
    request: {
      headers: z.object({ "x-trace": z.string() }),
      cookies: z.object({ visits: z.string().optional() }),
    },
    responses: { 200: json(z.object({ trace: z.string() })) },
  }),
  (c) => {
    const trace = c.req.valid("header")["x-trace"];
    note({ trace, visits: c.req.valid("cookie").visits });
    return c.json({ trace }, 200);
  },
);

app.openapi(
  createRoute({
    method: "get",
    path: "/conflict",
    tags: ["me"],
    responses: { 200: json(z.object({})) },
  }),
  () => {
    note();
    throw new HTTPException(409, { message: "Somebody was faster" });
  },
);

// ------------------------------------------------------------ streams
app.openapi(
  createRoute({
    method: "get",
    path: "/stream/tokens",
    tags: ["stream"],
    responses: {
      200: {
        description: "Words, one by one",
        content: { "text/event-stream": { schema: z.string() } },
      },
    },
  }),
  (c) => {
    note();
    return streamSSE(c, async (s) => {
      for (let i = 0; i < 2; i++) {
        await s.writeSSE({ data: `token ${i}`, event: "token", id: String(i) });
      }
    });
  },
);

app.openapi(
  createRoute({
    method: "get",
    path: "/stream/chunks",
    tags: ["stream"],
    responses: {
      200: {
        description: "Chunks",
        content: { "text/event-stream": { schema: Chunk } },
      },
    },
  }),
  (c) => {
    note();
    return streamSSE(c, async (s) => {
      await s.writeSSE({ data: JSON.stringify({ index: 0, text: "Hel" }) });
      await s.writeSSE({ data: JSON.stringify({ index: 1, text: "lo" }) });
      await s.writeSSE({ data: "[DONE]" });
    });
  },
);

app.openapi(
  createRoute({
    method: "get",
    path: "/stream/text",
    tags: ["stream"],
    responses: {
      200: { description: "Text", content: { "text/plain": { schema: z.string() } } },
    },
  }),
  (c) => {
    note();
    return streamText(c, async (s) => {
      await s.write("Hel");
      await s.write("lo");
    });
  },
);

app.openapi(
  createRoute({
    method: "get",
    path: "/stream/bytes",
    tags: ["stream"],
    responses: { 200: { description: "Bytes" } },
  }),
  (c) => {
    note();
    c.header("Content-Type", "application/octet-stream");
    return stream(c, async (s) => {
      await s.write(new Uint8Array([0, 1]));
      await s.write(new Uint8Array([255]));
    });
  },
);

app.doc("/doc", { openapi: "3.0.0", info: { title: "Cinema", version: "1.0.0" } });
app.get("/_seen", (c) => c.json(take()));

export const start = () =>
  new Promise((resolve) => {
    const options = { fetch: app.fetch, hostname: "127.0.0.1", port: 0 };
    const server = serve(options, (info) => resolve(info.port));
    server.keepAliveTimeout = 3_600_000;
  });
