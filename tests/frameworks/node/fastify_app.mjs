// A stable in Fastify, with TypeBox; its document by @fastify/swagger.
import { Readable } from "node:stream";
import cookie from "@fastify/cookie";
import formbody from "@fastify/formbody";
import multipart, { ajvFilePlugin } from "@fastify/multipart";
import swagger from "@fastify/swagger";
import { Type } from "@sinclair/typebox";
import Fastify from "fastify";
import { note, take } from "./seen.cjs";

const app = Fastify({
  ajv: { plugins: [ajvFilePlugin] },
  keepAliveTimeout: 3_600_000,
});

await app.register(swagger, {
  openapi: {
    openapi: "3.1.0",
    info: { title: "Stable", version: "1.0.0" },
    components: {
      securitySchemes: {
        apiKey: { type: "apiKey", name: "X-API-Key", in: "header" },
        bearer: { type: "http", scheme: "bearer" },
        session: { type: "apiKey", name: "session", in: "cookie" },
      },
    },
  },
  refResolver: {
    buildLocalReference: (json, baseUri, fragment, i) => json.$id || `def-${i}`,
  },
});
await app.register(cookie);
await app.register(formbody);
await app.register(multipart, { attachFieldsToBody: true });

const Nullable = (schema) => Type.Union([schema, Type.Null()]);

const Colour = Type.Union([Type.Literal("bay"), Type.Literal("dark bay")]);

const Horse = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String(),
    height: Type.Number(),
    colour: Type.Optional(Colour),
    born: Type.Optional(Nullable(Type.String({ format: "date" }))),
    labels: Type.Optional(Type.Record(Type.String(), Type.String())),
    extra: Type.Optional(Type.Any()),
  },
  { $id: "Horse" },
);

const Problem = Type.Object(
  {
    statusCode: Type.Integer(),
    error: Type.String(),
    message: Type.String(),
    code: Type.Optional(Type.String()),
  },
  { $id: "Problem" },
);

const NewHorse = Type.Omit(Horse, ["id"]);
const HorsePatch = Type.Partial(NewHorse);

const Walk = Type.Object(
  { kind: Type.Literal("walk"), minutes: Type.Integer() },
  { $id: "Walk" },
);
const Jump = Type.Object(
  { kind: Type.Literal("jump"), height: Type.Number() },
  { $id: "Jump" },
);

for (const schema of [Horse, Problem, Walk, Jump]) app.addSchema(schema);

const Page = (item) =>
  Type.Object({ items: Type.Array(item), total: Type.Integer() });

const LIGHTNING = {
  id: 3,
  name: "Lightning",
  height: 1.6,
  colour: "dark bay",
  born: "2024-02-29",
  labels: { size: "XL" },
  extra: { any: [1, null] },
};

const Id = Type.Object({ id: Type.Number() });

app.register(async (app) => {
  // ---------------------------------------------------------- horses
  app.get(
    "/horses",
    {
      schema: {
        operationId: "listHorses",
        tags: ["horses"],
        querystring: Type.Object({
          limit: Type.Optional(Type.Integer({ default: 10, maximum: 100 })),
          page: Type.Optional(Type.Number()),
          colours: Type.Optional(Type.Array(Colour)),
        }),
        response: { 200: Page(Type.Ref("Horse")) },
      },
    },
    async (request) => {
      note({ query: request.query, url: request.url });
      return { items: [LIGHTNING], total: 1 };
    },
  );

  app.post(
    "/horses",
    {
      schema: {
        operationId: "addHorse",
        tags: ["horses"],
        body: NewHorse,
        response: { 201: Type.Ref("Horse"), "4xx": Type.Ref("Problem") },
      },
    },
    async (request, reply) => {
      note({ horse: request.body });
      return reply.code(201).send({ id: 4, ...request.body });
    },
  );

  app.get(
    "/horses/:id",
    {
      schema: {
        operationId: "getHorse",
        tags: ["horses"],
        params: Id,
        response: { 200: Type.Ref("Horse"), 404: Type.Ref("Problem") },
      },
    },
    async (request, reply) => {
      note({ id: request.params.id, url: request.url });
      if (request.params.id === 404) {
        return reply.code(404).send({
          statusCode: 404,
          error: "Not Found",
          message: "There is no such horse",
        });
      }
      return LIGHTNING;
    },
  );

  app.patch(
    "/horses/:id",
    {
      schema: {
        operationId: "changeHorse",
        tags: ["horses"],
        params: Id,
        body: HorsePatch,
        response: { 200: Type.Ref("Horse") },
      },
    },
    async (request) => {
      note({ id: request.params.id, given: request.body });
      return { ...LIGHTNING, ...request.body };
    },
  );

  app.delete(
    "/horses/:id",
    {
      schema: {
        operationId: "deleteHorse",
        tags: ["horses"],
        params: Id,
        response: { 204: Type.Null({ description: "It is gone" }) },
      },
    },
    async (request, reply) => {
      note({ id: request.params.id });
      return reply.code(204).send();
    },
  );

  app.post(
    "/exercises",
    {
      schema: {
        operationId: "exercise",
        tags: ["horses"],
        body: Type.Union([Type.Ref("Walk"), Type.Ref("Jump")]),
        response: { 200: Type.Union([Type.Ref("Walk"), Type.Ref("Jump")]) },
      },
    },
    async (request) => {
      note({ exercise: request.body });
      return request.body;
    },
  );

  // Without `response`: the document says "Default Response" and no more.
  app.put(
    "/notes",
    { schema: { operationId: "setNotes", tags: ["horses"], body: Type.Any() } },
    async (request) => {
      note({ notes: request.body });
      return { notes: request.body };
    },
  );

  // ---------------------------------------------------------- forms and files
  app.post(
    "/photos",
    {
      schema: {
        operationId: "addPhoto",
        tags: ["files"],
        consumes: ["multipart/form-data"],
        body: {
          type: "object",
          required: ["photo"],
          properties: { photo: { isFile: true } },
        },
        response: { 200: Type.Object({ name: Type.String() }) },
      },
    },
    async (request) => {
      const { photo } = request.body;
      note({ name: photo.filename, content: (await photo.toBuffer()).toString() });
      return { name: photo.filename };
    },
  );

  app.post(
    "/titled",
    {
      schema: {
        operationId: "addTitled",
        tags: ["files"],
        consumes: ["multipart/form-data"],
        body: {
          type: "object",
          required: ["photo", "title"],
          properties: { photo: { isFile: true }, title: { type: "string" } },
        },
        response: { 200: Type.Object({ title: Type.String() }) },
      },
      preValidation: async (request) => {
        request.body.title = request.body.title.value;
      },
    },
    async (request) => {
      const { photo, title } = request.body;
      note({ name: photo.filename, title });
      return { title };
    },
  );

  app.post(
    "/feedback",
    {
      schema: {
        operationId: "sendFeedback",
        tags: ["files"],
        consumes: ["application/x-www-form-urlencoded"],
        body: Type.Object({
          name: Type.String(),
          stars: Type.Integer(),
          topics: Type.Optional(Type.Array(Type.String())),
        }),
        response: { 200: Type.Object({ name: Type.String() }) },
      },
    },
    async (request) => {
      note({ form: request.body });
      return { name: request.body.name };
    },
  );

  app.get(
    "/pedigree",
    {
      schema: {
        operationId: "getPedigree",
        tags: ["files"],
        produces: ["application/pdf"],
        response: { 200: { type: "string", format: "binary" } },
      },
    },
    async (request, reply) => {
      note();
      return reply
        .type("application/pdf")
        .send(Readable.from([Buffer.from([0, 1]), Buffer.from([255])]));
    },
  );

  app.get(
    "/rules",
    {
      schema: {
        operationId: "getRules",
        tags: ["files"],
        produces: ["text/plain"],
        response: { 200: Type.String() },
      },
    },
    async (request, reply) => {
      note();
      return reply.type("text/plain; charset=utf-8").send("süß & free\n");
    },
  );

  app.get(
    "/events",
    { schema: { operationId: "getEvents", tags: ["files"] } },
    async (request, reply) => {
      note();
      return reply
        .type("text/event-stream")
        .send(Readable.from(['data: {"x": 1}\n\n']));
    },
  );

  // ---------------------------------------------------------- who is there
  app.get(
    "/me/key",
    {
      schema: {
        operationId: "withKey",
        tags: ["me"],
        security: [{ apiKey: [] }],
        response: { 200: Type.Object({ name: Type.String() }) },
      },
    },
    async (request) => {
      note({ key: request.headers["x-api-key"] });
      return { name: "ann" };
    },
  );

  app.get(
    "/me/bearer",
    {
      schema: {
        operationId: "withBearer",
        tags: ["me"],
        security: [{ bearer: [] }],
        response: { 200: Type.Object({ name: Type.String() }) },
      },
    },
    async (request) => {
      note({ authorization: request.headers.authorization });
      return { name: "ann" };
    },
  );

  app.get(
    "/me/session",
    {
      schema: {
        operationId: "withSession",
        tags: ["me"],
        security: [{ session: [] }],
        headers: Type.Object({ "x-trace": Type.String() }),
        response: { 200: Type.Object({ name: Type.String() }) },
      },
    },
    async (request) => {
      note({ session: request.cookies.session, trace: request.headers["x-trace"] });
      return { name: "ann" };
    },
  );

  app.get(
    "/conflict",
    {
      schema: {
        operationId: "conflict",
        tags: ["me"],
        response: { 200: Type.Object({}), "4xx": Type.Ref("Problem") },
      },
    },
    async () => {
      note();
      const error = new Error("Somebody was faster");
      error.statusCode = 409;
      throw error;
    },
  );
});

app.get("/openapi.json", { schema: { hide: true } }, async () => app.swagger());
app.get("/_seen", { schema: { hide: true } }, async () => take());

export const start = async () => {
  await app.listen({ host: "127.0.0.1", port: 0 });
  return app.server.address().port;
};
